import type { Verdict } from './range.ts'

/** Something that moves as long as anything waits for it. */
export interface Track {
  /** How far it is. */
  readonly at: number
  readonly waiting: number
}

export interface StillMemory {
  /** Of each track, where it is, and since which look it is there with something waiting; null where nothing waits. */
  readonly tracks: readonly (readonly [at: number, since: number | null])[]
  readonly last: number
}

/**
 * Tells whether one of some tracks has stood still for a whole interval, with something waiting at each look.
 *
 * @param stands whether it is told of already: then a while in which nobody looked does not make it begin anew
 */
export function lookAtTracks(
  per: number,
  memory: StillMemory | undefined,
  tracks: readonly Track[],
  { now, stands }: { readonly now: number; readonly stands: boolean },
): { readonly memory: StillMemory; readonly verdict: Verdict; readonly value: number } {
  const known =
    memory !== undefined && memory.tracks.length === tracks.length && (stands || (now >= memory.last && now - memory.last <= per))
  let value = 0
  const next = tracks.map(({ at, waiting }, i): readonly [number, number | null] => {
    if (waiting === 0) return [at, null]
    const before = known ? memory.tracks[i] : undefined
    const since = before?.[0] === at ? (before[1] ?? now) : now
    if (now - since >= per) value += waiting
    return [at, since]
  })
  return { memory: { tracks: next, last: now }, verdict: value > 0 ? 'broken' : 'kept', value }
}
