import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { randomOf } from '../../jobs/beacon-counts/zipf.ts'
import { typeOf } from '../beacon.ts'
import { typeCounts } from '../contenders/tanager.ts'
import { even, popular } from './ranks.ts'
import { anyApp, type Shape, type Subject, type Supply } from './subject.ts'

/** Beacons counted by type: the cheapest job there is, of any number of keys. */
export const beacons: Subject = {
  label: 'beacons by type',
  source: 'beacons',
  supply: (shape) => beaconSupply(shape, (counts) => ({ types: named(counts) })),
  on: (options) => anyApp(bullmq(options).on(typeCounts).bind({})),
  inMemory: async (beacons) => (await memory().on(typeCounts).run({ beacons })).stores,
  byHand: (records) => {
    const types = new Map<string, number>()
    for (const record of records) {
      const type = typeOf(record)
      types.set(type, (types.get(type) ?? 0) + 1)
    }
    return { types }
  },
}

/** Beacons of about 52 characters, and what becomes of the number of each type. */
export function beaconSupply(
  { keys, even: evenly = false }: Shape,
  answer: (counts: Float64Array) => ReturnType<Supply['answer']>,
): Supply {
  const random = randomOf(1)
  const draw = (evenly ? even : popular)(keys, random)
  const counts = new Float64Array(keys)
  let made = 0
  const of = (key: number) => {
    counts[key] = (counts[key] as number) + 1
    return `/b?beaconType=${typeName(key)}&user=u${random() % 100_000_000}&ts=${1_767_225_600_000 + made++}`
  }
  return { of, next: () => of(draw()), answer: () => answer(counts) }
}

export const typeName = (key: number): string => `type${key}`

/** Of the types that came at all. */
export function named(counts: Float64Array, name: (key: number) => string = typeName): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const [key, n] of counts.entries()) {
    if (n > 0) found.set(name(key), (found.get(name(key)) ?? 0) + n)
  }
  return found
}
