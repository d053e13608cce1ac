import { bullmq } from 'tanager/bullmq'
import wordCount from './job.ts'

export default bullmq().on(wordCount).bind({})
