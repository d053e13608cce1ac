import { none, some } from 'fp-ts/lib/Option.js'
import { changeCodec } from '../codec/change.ts'
import type { Json } from '../codec/codec.ts'
import { messageOf, TanagerError } from '../error.ts'
import type { AnyStore, StorePlan } from '../plan/plan.ts'
import { type DeadRecord, mergeNode } from '../run/result.ts'
import { unwatched, type Watch } from '../run/watch.ts'
import { frame } from './frame.ts'
import type { Stored, SumCommit } from './log.ts'
import { readStored, writeStored } from './stored.ts'

/** A value that may be `undefined` and still be there. */
type Box = { readonly is: unknown } | undefined

/** What became of one key. */
interface Merge {
  /** The total: to put, to remove, or, if every delta was refused, to leave alone. */
  readonly total: { readonly put: Stored } | 'remove' | 'leave'
  /** What to pass on: each value before, and what was merged into it. */
  readonly steps: readonly { readonly before: Box; readonly delta: unknown }[]
  readonly refused: readonly { readonly delta: Json; readonly error: unknown }[]
}

export type Merged = Pick<SumCommit, 'puts' | 'removes' | 'output' | 'deadLetters'>

export interface MergeOptions {
  readonly watch: Watch
  /** Keys whose deltas are not to be merged: they have killed their worker. */
  readonly condemned?: ReadonlySet<string>
}

/** Merges what an inbox holds into what the partition held before. */
export function mergeAll(
  plan: StorePlan,
  partition: number,
  deltas: ReadonlyMap<string, readonly Json[]>,
  stored: readonly (Stored | undefined)[],
  { watch, condemned = new Set() }: MergeOptions,
): Merged {
  const merge = (look: Look) => mergeLooking(plan, partition, deltas, stored, condemned, look)
  try {
    return watch.run(() => merge({ run: unwatched.run, careful: false }))
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

function mergeLooking(
  { slot, emits, emit }: StorePlan,
  partition: number,
  deltas: ReadonlyMap<string, readonly Json[]>,
  stored: readonly (Stored | undefined)[],
  condemned: ReadonlySet<string>,
  { run, careful }: Look,
): Merged {
  const puts: (readonly [string, Stored])[] = []
  const removes: string[] = []
  const changes: string[] = []
  const deadLetters: DeadRecord[] = []
  const { encode } = changeCodec(slot)
  let at = 0
  for (const [key, list] of deltas) {
    const text = stored[at++]
    const bury = (delta: Json, error: unknown) =>
      deadLetters.push({ node: mergeNode, index: 0, record: JSON.stringify([key, delta]), error: messageOf(error) })
    if (condemned.has(key)) {
      for (const delta of list) bury(delta, fatal)
      continue
    }
    const before = text === undefined ? undefined : { is: readStored(slot, partition, key, text) }
    const { total, steps, refused } = careful || emit === 'every' ? oneByOne(slot, before, list, run) : together(slot, before, list, emits)
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
function together(slot: AnyStore, before: Box, deltas: readonly Json[], told: boolean): Merge {
  const { codec, semigroup } = slot.sum
  try {
    let delta = codec.fromJson(deltas[0] as Json)
    for (let i = 1; i < deltas.length; i++) delta = semigroup.concat(delta, codec.fromJson(deltas[i] as Json))
    if (told && deltas.length > 1) codec.toJson(delta)
    const total = before === undefined ? delta : semigroup.concat(before.is, delta)
    return { total: kept(slot, total), steps: [{ before, delta }], refused: [] }
  } catch {
    return oneByOne(slot, before, deltas, unwatched.run)
  }
}

function oneByOne(slot: AnyStore, before: Box, deltas: readonly Json[], run: Watch['run']): Merge {
  const { codec, semigroup } = slot.sum
  const steps: { before: Box; delta: unknown }[] = []
  const refused: { delta: Json; error: unknown }[] = []
  let value = before
  let last: Merge['total'] = 'leave'
  for (const json of deltas) {
    try {
      const [delta, total, next] = run(() => {
        const delta = codec.fromJson(json)
        const total = value === undefined ? delta : semigroup.concat(value.is, delta)
        return [delta, total, kept(slot, total)] as const
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

function kept(slot: AnyStore, total: unknown): Merge['total'] {
  return slot.sum.isEmpty?.(total) ? 'remove' : { put: writeStored(slot, total) }
}
