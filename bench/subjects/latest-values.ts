import { codec, job, source, store } from 'tanager'
import { max } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { randomOf } from '../../jobs/beacon-counts/zipf.ts'
import { popular } from './ranks.ts'
import { anyApp, type Subject, type Supply } from './subject.ts'

const documents = source('documents', { item: codec.string })
const latest = store('latest', {
  key: codec.string,
  sum: max({ equals: (a: string, b: string) => a === b, compare: (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0) }, codec.string),
})

const latestValues = job(
  'latest-values',
  documents
    .map((document) => {
      const at = document.indexOf(' ')
      return [document.slice(0, at), document.slice(at + 1)] as const
    })
    .sumByKey(latest),
)

const digits = 10

/** The latest document of each key: values that are as long on the wire, in an inbox and in the store. */
export const documentsByKey: Subject = {
  label: 'the latest document of each key',
  source: 'documents',
  supply: ({ keys, length = digits }): Supply => {
    const random = randomOf(1)
    const draw = popular(keys, random)
    const text = Buffer.from(Array.from({ length: 1 << 20 }, () => 97 + (random() % 26))).toString('latin1')
    const last = new Map<string, string>()
    let made = 0
    const of = (key: number) => {
      // Begins with its number: it is greater than all before it, and who compares two knows soon.
      const number = String(made++).padStart(digits, '0')
      const from = random() % (text.length - length)
      const value = number + text.slice(from, from + length - digits)
      last.set(`k${key}`, value)
      return `k${key} ${value}`
    }
    return { of, next: () => of(draw()), answer: () => ({ latest: last }) }
  },
  on: (options) => anyApp(bullmq(options).on(latestValues).bind({})),
  inMemory: async (documents) => (await memory().on(latestValues).run({ documents })).stores,
}
