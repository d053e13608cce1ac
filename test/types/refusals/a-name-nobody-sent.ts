import { bullmq } from 'tanager/bullmq'
import { wordCount } from './slots.ts'

export const refused = bullmq().on(wordCount).bind({}).client().send('word', ['a'])
