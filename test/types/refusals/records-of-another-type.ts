import { memory } from 'tanager/memory'
import { wordCount } from './slots.ts'

export const refused = memory()
  .on(wordCount)
  .run({ words: [1, 2, 3] })
