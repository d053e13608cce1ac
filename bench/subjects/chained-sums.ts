import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { typeOf } from '../beacon.ts'
import { beaconSupply, named, typeName } from './beacons.ts'
import { anyApp, type Subject } from './subject.ts'

const incoming = source('beacons', { item: codec.string })
const types = store('types', { key: codec.string, sum })
const groups = store('groups', { key: codec.string, sum })

/** The last two digits of a type: a hundred groups. */
const groupOf = (type: string): string => type.slice(-2)

const chain = job(
  'chained-sums',
  incoming
    .map(typeOf)
    .map((type) => [type, 1] as const)
    .sumByKey(types)
    .map(([type, { delta }]) => [groupOf(type), delta] as const)
    .sumByKey(groups),
)

/** Counts by type, and of what they change by, counts by group. */
export const chainedSums: Subject = {
  label: 'a sum that feeds another',
  source: 'beacons',
  supply: (shape) => beaconSupply(shape, (counts) => ({ types: named(counts), groups: named(counts, (key) => groupOf(typeName(key))) })),
  on: (options) => anyApp(bullmq(options).on(chain).bind({})),
  inMemory: async (beacons) => (await memory().on(chain).run({ beacons })).stores,
  byHand: (records) => {
    const [types, groups] = [new Map<string, number>(), new Map<string, number>()]
    for (const record of records) {
      const type = typeOf(record)
      types.set(type, (types.get(type) ?? 0) + 1)
      const group = groupOf(type)
      groups.set(group, (groups.get(group) ?? 0) + 1)
    }
    return { types, groups }
  },
}
