import { aggregation } from '../../../../core/algebra/aggregation.ts'
import { string } from '../../../../core/codec/string.ts'
import { type Job, job } from '../../../../core/job.ts'
import { store } from '../../../../core/slot/slot.ts'
import { shown } from '../../../compare/shown.ts'
import type { Outcome } from '../../../platform/platform.ts'
import { ofCells } from '../difference.ts'
import type { PlatformLaw } from '../platform-law.ts'
import { both, eachOf, shownWith, type TwoSources, twoSources } from '../two-sources.ts'

const joined = aggregation<string>({ id: 'joined', value: string, semigroup: { concat: (a, b) => `${a} ${b}` } })

const ordered = job(
  'ordered',
  both
    .map(([stream, key, n]) => [key, `${stream}:${n}`] as const)
    .sumByKey(store('text', { key: string, sum: joined }))
    .mapValues(({ delta }) => delta)
    .sumByKey(store('copy', { key: string, sum: joined })),
) as unknown as Job

export const orderLaw: PlatformLaw<TwoSources> = {
  law: 'order law',
  says: 'an aggregation that does not commute sees the records of a source as they were sent',
  drawn: twoSources,
  shown: shownWith(ordered),
  judge: async (platform, inputs, seed) => {
    const outcome = await platform.run(ordered, { ...inputs }, seed)
    const [seen, sent] = [sequencesOf(outcome), sequencesSent(inputs)]
    const outOfOrder = [...new Set([...seen.keys(), ...sent.keys()])].sort().flatMap((place) => {
      const [is, should] = [seen.get(place) ?? [], sent.get(place) ?? []]
      return is.join() === should.join() ? [] : [`${place}: the store text has seen ${shown(is)}, sent was ${shown(should)}`]
    })
    // What a store passes on comes in order too: a second store sees of each key what the first was given.
    const copied = ofCells('store copy', tableOf(outcome, 'copy'), tableOf(outcome, 'text'))
    return { ...outcome, faults: [...outOfOrder, ...copied] }
  },
}

const tableOf = ({ stores }: Outcome, name: string): readonly (readonly [string, string])[] =>
  [...(stores[name] ?? [])] as readonly (readonly [string, string])[]

type Sequences = ReadonlyMap<string, readonly string[]>

const place = (stream: string, key: string) => `source ${stream}, key ${JSON.stringify(key)}`

/** What of each source a key's text holds, in order. */
function sequencesOf(outcome: Outcome): Sequences {
  const sequences = new Map<string, readonly string[]>()
  for (const [key, text] of tableOf(outcome, 'text')) {
    for (const stream of ['first', 'second']) {
      const seen = text.split(' ').filter((part) => part.startsWith(`${stream}:`))
      if (seen.length > 0) sequences.set(place(stream, key), seen)
    }
  }
  return sequences
}

function sequencesSent(inputs: TwoSources): Sequences {
  const sequences = new Map<string, string[]>()
  for (const [stream, items] of eachOf(inputs)) {
    for (const [key, n] of items) {
      const before = sequences.get(place(stream, key)) ?? []
      sequences.set(place(stream, key), [...before, `${stream}:${n}`])
    }
  }
  return sequences
}
