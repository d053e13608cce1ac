import { randomOf, zipfOf } from '../jobs/beacon-counts/zipf.ts'

// The bytes that every contender counts, and the right answer.

const types = 10_000

/** Beacons of about 52 bytes, whose types follow Zipf's law; always the same. An endless supply. */
export function* beacons(): Generator<string, never> {
  const random = randomOf(1)
  const type = zipfOf(types, random)
  for (let i = 0; ; i++) yield `/b?beaconType=type${type()}&user=u${random() % 100_000_000}&ts=${1_767_225_600_000 + i}`
}

export function firstBeacons(count: number): readonly string[] {
  const supply = beacons()
  // Through a Buffer, so that each is one flat string, as it would be if it had come over a wire.
  return Array.from({ length: count }, () => Buffer.from(supply.next().value).toString('latin1'))
}

export type Counts = ReadonlyMap<string, number>

/** The right answer. */
export function countsOf(events: Iterable<string>): Counts {
  const counts = new Map<string, number>()
  for (const event of events) {
    const type = new URL(event, 'http://bench').searchParams.get('beaconType') ?? 'unknown'
    counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  return counts
}

/** @throws Error if a contender's answer is not the right one */
export function mustEqual(contender: string, answer: Counts, right: Counts): void {
  const wrong = [...right].filter(([type, n]) => answer.get(type) !== n)
  if (wrong.length === 0 && answer.size === right.size) return
  const [type, n] = wrong[0] ?? []
  throw new Error(
    `${contender} counts wrong: ${answer.size} types of ${right.size}, ${wrong.length} of them; ${type} is ${n}, not ${answer.get(type ?? '')}`,
  )
}
