import { none, some } from 'fp-ts/lib/Option.js'
import { changeCodec } from '../codec/change.ts'
import type { Json } from '../codec/codec.ts'
import { messageOf, TanagerError } from '../error.ts'
import type { AnyStore, StorePlan } from '../plan/plan.ts'
import { type DeadRecord, mergeNode } from '../run/result.ts'
import { unwatched, type Watch } from '../run/watch.ts'
import { frame } from './frame.ts'
import type { SumCommit } from './log.ts'

/** A value that may be `undefined` and still be there. */
export type Box = { readonly is: unknown } | undefined

/** What became of one key. */
interface Merge<T> {
  /** The total: to put, to remove, or, if every delta was refused, to leave alone. */
  readonly total: { readonly put: T } | 'remove' | 'leave'
  /** What to pass on: each value before, and what was merged into it. */
  readonly steps: readonly { readonly before: Box; readonly delta: unknown }[]
  readonly refused: readonly { readonly delta: Json; readonly error: unknown }[]
}

/** What a merge comes to; `T` is a value as its store takes it. */
export interface Merged<T> extends Pick<SumCommit, 'removes' | 'output' | 'deadLetters'> {
  readonly puts: readonly (readonly [key: string, value: T])[]
}

/** Where the totals are, for a merge. */
export interface Held<T> {
  /** The total of a key, by its place among the deltas. */
  readonly before: (key: string, at: number) => Box
  /** A total as the store takes it. */
  readonly write: (total: unknown) => T
}

export interface MergeOptions {
  readonly watch: Watch
  /** Whether to end an aggregation that goes on for too long. */
  readonly closely: boolean
  /** Keys whose deltas are not to be merged: they have killed their worker. */
  readonly condemned?: ReadonlySet<string>
}

/** Merges what an inbox holds into what the partition held before. */
export function mergeAll<T>(
  plan: StorePlan,
  held: Held<T>,
  deltas: ReadonlyMap<string, readonly Json[]>,
  { watch, closely, condemned = new Set() }: MergeOptions,
): Merged<T> {
  const merge = (look: Look) => mergeLooking(plan, held, deltas, condemned, look)
  try {
    return (closely ? watch.run : watch.see)(() => merge({ run: unwatched.run, careful: false }))
  } catch (error) {
    if (!(error instanceof TanagerError && error.code === 'hung')) throw error
    // Some delta makes the aggregation go on for ever: it is found one by one.
    return merge({ run: watch.run, careful: true })
  }
}

/** How to call the aggregation, and whether each delta has to be looked at by itself. */
interface Look extends Pick<Watch, 'run'> {
  readonly careful: boolean
}

function mergeLooking<T>(
  { slot, emits, emit }: StorePlan,
  { before: totalOf, write }: Held<T>,
  deltas: ReadonlyMap<string, readonly Json[]>,
  condemned: ReadonlySet<string>,
  { run, careful }: Look,
): Merged<T> {
  const puts: (readonly [string, T])[] = []
  const removes: string[] = []
  const changes: string[] = []
  const deadLetters: DeadRecord[] = []
  const { encode } = changeCodec(slot)
  let at = 0
  for (const [key, list] of deltas) {
    const place = at++
    const bury = (delta: Json, error: unknown) =>
      deadLetters.push({ node: mergeNode, index: 0, record: JSON.stringify([key, delta]), error: messageOf(error) })
    if (condemned.has(key)) {
      for (const delta of list) bury(delta, fatal)
      continue
    }
    const before = totalOf(key, place)
    const { total, steps, refused } =
      careful || emit === 'every' ? oneByOne(slot, write, before, list, run) : together(slot, write, before, list, emits)
    if (total === 'remove') removes.push(key)
    else if (total !== 'leave') puts.push([key, total.put])
    for (const { delta, error } of refused) bury(delta, error)
    if (!emits) continue
    const decoded = slot.key.decode(key)
    for (const step of steps)
      changes.push(encode([decoded, { before: step.before === undefined ? none : some(step.before.is), delta: step.delta }]))
  }
  return { puts, removes, deadLetters, ...(changes.length > 0 ? { output: { payload: frame(changes), records: changes.length } } : {}) }
}

const fatal = new TanagerError('fatal', 'its worker died each time it came to this key')

/**
 * All deltas of a key in one go; if the aggregation throws, one by one, to find which it is.
 *
 * @param told whether somebody is told of them, so that what they come to must be written too
 */
function together<T>(slot: AnyStore, write: Held<T>['write'], before: Box, deltas: readonly Json[], told: boolean): Merge<T> {
  const { codec, semigroup } = slot.sum
  try {
    const delta = concatAll(slot, deltas)
    if (told && deltas.length > 1) codec.toJson(delta)
    const total = before === undefined ? delta : semigroup.concat(before.is, delta)
    return { total: kept(slot, write, total), steps: [{ before, delta }], refused: [] }
  } catch {
    return oneByOne(slot, write, before, deltas, unwatched.run)
  }
}

function concatAll({ sum: { codec, semigroup, concatMany } }: AnyStore, deltas: readonly Json[]): unknown {
  const { fromJson } = codec
  let all = fromJson(deltas[0] as Json)
  if (deltas.length === 1) return all
  if (concatMany !== undefined) return concatMany(deltas.map((json) => fromJson(json)))
  for (let i = 1; i < deltas.length; i++) all = semigroup.concat(all, fromJson(deltas[i] as Json))
  return all
}

function oneByOne<T>(slot: AnyStore, write: Held<T>['write'], before: Box, deltas: readonly Json[], run: Watch['run']): Merge<T> {
  const { codec, semigroup } = slot.sum
  const steps: { before: Box; delta: unknown }[] = []
  const refused: { delta: Json; error: unknown }[] = []
  let value = before
  let last: Merge<T>['total'] = 'leave'
  for (const json of deltas) {
    try {
      const [delta, total, next] = run(() => {
        const delta = codec.fromJson(json)
        const total = value === undefined ? delta : semigroup.concat(value.is, delta)
        return [delta, total, kept(slot, write, total)] as const
      })
      last = next
      steps.push({ before: value, delta })
      value = last === 'remove' ? undefined : { is: total }
    } catch (error) {
      refused.push({ delta: json, error })
    }
  }
  return { total: last, steps, refused }
}

function kept<T>(slot: AnyStore, write: Held<T>['write'], total: unknown): Merge<T>['total'] {
  return slot.sum.isEmpty?.(total) ? 'remove' : { put: write(total) }
}
