import { isNone, none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Json } from '../codec/codec.ts'
import type { TransactionalStore } from '../contract/transactional-store.ts'
import { preview, TanagerError } from '../error.ts'
import type { StorePlan } from '../plan/plan.ts'
import { type DeadRecord, mergeNode } from '../run/result.ts'
import type { Watch } from '../run/watch.ts'
import { deltaOf } from './delta.ts'
import { frame, unframe } from './frame.ts'
import type { InboxEntry } from './log.ts'
import { type Box, type Held, type Merged, mergeAll } from './merge.ts'

/** A total, and how many bytes it would be in Redis: what a store outside makes of it nobody knows here. */
export interface Weighed {
  readonly total: unknown
  readonly bytes: number
}

export type Refuses = NonNullable<TransactionalStore<unknown, unknown>['refuses']>

/** What was merged, and of what. */
export interface Refused {
  readonly plan: StorePlan
  readonly refuses: Refuses
  readonly watch: Watch
  readonly entries: readonly InboxEntry[]
  readonly merged: Merged<Weighed>
  /** What the store holds under a key. */
  readonly before: (key: string) => Box
  readonly write: Held<Weighed>['write']
  /** Keys that were sorted out before: what they are refused for now, they are refused for beside others only. */
  readonly seen: Set<string>
}

/**
 * What is left of a merge once what the store refuses is among the dead letters; nothing, if it refuses nothing. Of a key
 * that has several deltas the store takes those it can, in their order, as an aggregation does that throws on some.
 */
export async function withoutRefused({
  plan,
  refuses,
  watch,
  entries,
  merged,
  before,
  write,
  seen,
}: Refused): Promise<Merged<Weighed> | undefined> {
  const { slot } = plan
  const ask = async (changes: readonly Change[]): Promise<readonly Option<string>[]> => {
    const answers = await refuses(changes.map(({ key, value }) => [slot.key.decode(key), value] as const))
    if (answers.length === changes.length) return answers
    throw new TanagerError('invalid-binding', `the store ${slot.name} must say of each entry, in order, whether it refuses it`, {
      value: `${answers.length} answers to ${changes.length} entries`,
    })
  }
  const changes = changesOf(merged)
  const answers = await ask(changes)
  const reasons = new Map(changes.flatMap(({ key }, i) => reasonOf(key, answers[i] as Option<string>)))
  if (reasons.size === 0) return undefined
  const tries = [...deltasOf(entries, reasons)].map(([key, deltas]) => {
    const whole = { deltas, why: reasons.get(key) as string }
    const one = new Sorting(plan, watch, key, { is: before(key), write })
    if (seen.has(key)) one.bury(whole)
    else one.refuse(whole)
    seen.add(key)
    return one
  })
  for (let open = tries; open.length > 0; open = open.filter((each) => !each.isDone)) {
    const tried = open.flatMap((each) => each.next())
    const answers = await ask(tried.map(({ change }) => change))
    for (const [i, { taken, refused }] of tried.entries()) {
      const answer = answers[i] as Option<string>
      if (isNone(answer)) taken()
      else refused(answer.value)
    }
  }
  return joined(merged, reasons, tries)
}

interface Change {
  readonly key: string
  readonly value: Option<unknown>
}

const changesOf = ({ puts, removes }: Pick<Merged<Weighed>, 'puts' | 'removes'>): readonly Change[] => [
  ...puts.map(([key, { total }]) => ({ key, value: some(total) })),
  ...removes.map((key) => ({ key, value: none })),
]

const reasonOf = (key: string, answer: Option<string>): readonly (readonly [string, string])[] =>
  isNone(answer) ? [] : [[key, answer.value]]

/** The deltas of some keys, in order. */
function deltasOf(entries: readonly InboxEntry[], keys: ReadonlyMap<string, unknown>): ReadonlyMap<string, readonly Json[]> {
  const deltas = new Map<string, Json[]>([...keys.keys()].map((key) => [key, []]))
  for (const { payload } of entries) {
    const { keys, values } = deltaOf(payload)
    for (let i = 0; i < keys.length; i++) deltas.get(keys[i] as string)?.push(values[i] as Json)
  }
  return deltas
}

interface Portion {
  readonly deltas: readonly Json[]
  readonly why: string
}

interface Tried {
  readonly change: Change
  readonly taken: () => void
  readonly refused: (why: string) => void
}

/** The deltas of one key, while it is found out which of them the store takes: in halves, in order, each on top of what was taken. */
class Sorting {
  readonly key: string
  readonly #plan: StorePlan
  readonly #watch: Watch
  readonly #write: Held<Weighed>['write']
  readonly #waiting: (readonly Json[])[] = []
  #before: Box
  /** What has come of what was taken. */
  #last: Merged<Weighed> = { puts: [], removes: [], deadLetters: [] }
  readonly deadLetters: DeadRecord[] = []
  readonly changes: string[] = []

  constructor(plan: StorePlan, watch: Watch, key: string, before: { readonly is: Box; readonly write: Held<Weighed>['write'] }) {
    this.#plan = plan
    this.#watch = watch
    this.key = key
    this.#before = before.is
    this.#write = before.write
  }

  get isDone(): boolean {
    return this.#waiting.length === 0
  }

  get puts(): Merged<Weighed>['puts'] {
    return this.#last.puts
  }

  get removes(): Merged<Weighed>['removes'] {
    return this.#last.removes
  }

  /** The next of the deltas merged, for the store to look at; nothing if that needs no look. */
  next(): readonly Tried[] {
    const deltas = this.#waiting.shift()
    if (deltas === undefined) return []
    const held = { before: () => this.#before, write: this.#write }
    // Closely: one of them may be what went on for ever when all were merged.
    const merged = mergeAll(this.#plan, held, new Map([[this.key, deltas]]), { watch: this.#watch, closely: true })
    const [change] = changesOf(merged)
    if (change === undefined) {
      this.#take(merged)
      return this.next()
    }
    return [{ change, taken: () => this.#take(merged, change.value), refused: (why) => this.refuse({ deltas, why }) }]
  }

  #take(merged: Merged<Weighed>, value?: Option<unknown>): void {
    if (value !== undefined) {
      this.#last = merged
      this.#before = isNone(value) ? undefined : { is: value.value }
    }
    this.deadLetters.push(...merged.deadLetters)
    if (merged.output !== undefined) this.changes.push(...unframe(merged.output.payload))
  }

  /** Not all of these: are half of them taken? */
  refuse({ deltas, why }: Portion): void {
    const half = deltas.length >> 1
    if (half === 0) this.bury({ deltas, why })
    else this.#waiting.unshift(deltas.slice(0, half), deltas.slice(half))
  }

  bury({ deltas, why }: Portion): void {
    const error = new TanagerError(
      'refused',
      `the store ${this.#plan.slot.name} does not take what comes to the key ${preview(this.key)}: ${why}`,
    )
    for (const delta of deltas) {
      this.deadLetters.push({ node: mergeNode, index: 0, record: JSON.stringify([this.key, delta]), error: error.message })
    }
  }
}

/** All that was not refused, and what has become of the rest. */
function joined(
  { puts, removes, deadLetters, output }: Merged<Weighed>,
  refused: ReadonlyMap<string, string>,
  tries: readonly Sorting[],
): Merged<Weighed> {
  const kept = output === undefined ? [] : unframe(output.payload).filter((change) => !refused.has(changedKey(change)))
  const changes = [...kept, ...tries.flatMap((each) => each.changes)]
  return {
    puts: [...puts.filter(([key]) => !refused.has(key)), ...tries.flatMap((each) => each.puts)],
    removes: [...removes.filter((key) => !refused.has(key)), ...tries.flatMap((each) => each.removes)],
    deadLetters: [...deadLetters.filter(({ record }) => !refused.has(changedKey(record))), ...tries.flatMap((each) => each.deadLetters)],
    ...(changes.length === 0 ? {} : { output: { payload: frame(changes), records: changes.length } }),
  }
}

/** Whose a change is, or a refused delta: both are JSON that begins with the key as its codec writes it. */
const changedKey = (text: string): string => (JSON.parse(text) as readonly [string])[0]
