import { codec, job, sink } from 'tanager'
import { memory } from 'tanager/memory'
import { numbers, out, words } from './slots.ts'

const other = sink('out', { item: codec.int })
const both = job('both', words.write(out), numbers.write(other))

export const refused = memory()
  .on(both)
  .run({ words: [], numbers: [], out: () => {} })
