import beam from 'apache-beam'
import { typeOf } from '../beacon.ts'
import type { LocalContender } from '../contenders/contender.ts'
import type { Counts } from '../events.ts'

// Beam sends the text of functions to its workers, so that what they capture is gone when they run, in the direct runner too.
// What goes in and comes out is therefore global. `beam.create`, the way of its documentation, would write all events into the
// pipeline: that takes time by the square of their number, and minutes for a hundred thousand.
const world = globalThis as unknown as { beacons: readonly string[]; counts: Map<string, number> }
declare const beacons: readonly string[]
declare const counts: Map<string, number>

/** With `countPerElement`, which sums before it groups. */
export const contender: LocalContender = {
  label: "Beam's direct runner, countPerElement",
  keyed: true,
  most: 200_000,
  count: async (events): Promise<Counts> => {
    world.beacons = events
    world.counts = new Map()
    await beam.createRunner({ runner: 'direct' }).run((root) =>
      root
        .apply(beam.impulse())
        .flatMap(() => beacons)
        .map(typeOf)
        .apply(beam.countPerElement<string>())

        .map(({ element, count }: { readonly element: string; readonly count: number }) => counts.set(element, count)),
    )
    return world.counts
  },
}

// It tells of each bundle that it begins.
console.debug = () => {}
