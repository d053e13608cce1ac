import { codec, job, source, store } from 'tanager'
import { type Estimate, hyperLogLog } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { randomOf } from '../../jobs/beacon-counts/zipf.ts'
import { even, popular } from './ranks.ts'
import { anyApp, type Subject, type Supply } from './subject.ts'

const visits = source('visits', { item: codec.string })
const visitors = store('visitors', { key: codec.string, sum: hyperLogLog() })

const distinct = job(
  'distinct-visitors',
  visits
    .map((visit) => {
      const at = visit.indexOf(' ')
      return [visit.slice(0, at), visit.slice(at + 1)] as const
    })
    .aggregateByKey(visitors),
)

const people = 1_000_000
/** Of 2^14 registers. */
const standardError = 1.04 / Math.sqrt(1 << 14)

/** Different visitors of each page, of a million there are. */
export const distinctVisitors: Subject = {
  label: 'a HyperLogLog for each key',
  source: 'visits',
  supply: ({ keys }): Supply => {
    const random = randomOf(1)
    const [page, person] = [popular(keys, random), even(people, random)]
    // A bit for each person who has been there.
    const seen = new Map<number, Uint8Array>()
    const counts = new Float64Array(keys)
    const of = (key: number) => {
      const who = person()
      const bits = seen.get(key) ?? new Uint8Array(people / 8)
      seen.set(key, bits)
      const [byte, bit] = [who >> 3, 1 << (who & 7)]
      if (((bits[byte] as number) & bit) === 0) counts[key] = (counts[key] as number) + 1
      bits[byte] = (bits[byte] as number) | bit
      return `page${key} visitor${who}`
    }
    return {
      of,
      next: () => of(page()),
      answer: () => ({ visitors: new Map([...counts.entries()].filter(([, n]) => n > 0).map(([key, n]) => [`page${key}`, n])) }),
    }
  },
  on: (options) => anyApp(bullmq(options).on(distinct).bind({})),
  inMemory: async (visits) => (await memory().on(distinct).run({ visits })).stores,
  // Six standard errors: of a thousand pages none is further out by chance, and none is that near if some visits are missing.
  agrees: (expected, found) => {
    const [truth, { estimate }] = [expected as number, found as Estimate]
    return Math.abs(estimate - truth) <= Math.max(1, 6 * standardError * truth)
  },
}
