import type { Bindings, PlatformTypes } from '../../core/contract/binding.ts'
import type { Encoded } from '../../core/contract/encoded.ts'
import type { SinksOf, StoresOf } from '../../core/contract/outcome.ts'
import type { ServiceBinding } from '../../core/contract/service.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import type { AnySlot, SinkSlot, StoreSlot } from '../../core/slot/slot.ts'
import { type CompareOptions, checkOptions, type Difference, differencesOf, type Uncompared, uncomparedOf } from '../compare/outcome.ts'
import { checkInputs, copiedInputs, readOnce } from '../platform/inputs.ts'
import { onMemory } from '../platform/memory.ts'
import type { Inputs, Outcome, OutcomeDeadLetter, TestPlatform } from '../platform/platform.ts'
import { onSimulation } from '../platform/simulation.ts'
import { NotSameError } from './not-same.ts'

/** What a test binds on every platform: records for sources, answers for services, what a store holds before the run. */
export interface SameTypes extends PlatformTypes {
  readonly Source: Iterable<this['T']> | AsyncIterable<this['T']> | Encoded
  readonly Store: ReadonlyMap<this['K'], this['V']>
  readonly Service: ServiceBinding<this['K'], this['V']>
  readonly Sink: never
}

export type SameInputs<R extends AnySlot> = Bindings<SameTypes, R, 'source' | 'service'>

/** What `equals` is asked of: a store's values, or all that was written to a sink. */
type Compared<R extends AnySlot> = {
  readonly [S in Extract<R, { readonly kind: 'store' | 'sink' }> as S['name']]: S extends SinkSlot<string, infer T>
    ? readonly T[]
    : S extends StoreSlot<string, infer _K, infer _V, infer _In, infer Out>
      ? Out
      : never
}

/** How outcomes are compared. */
export interface SameOptions<R extends AnySlot = AnySlot> {
  /** What batches, partitions, crashes… are drawn from: the same seed, the same choice. A new one each time unless given. */
  readonly seed?: number
  /** How far apart two fractions may be, as a part of the larger, or of 1; 1e-9. Whole numbers must be the same. */
  readonly tolerance?: number
  /**
   * By store: whether two values of one key are as good as each other, for approximations that depend on the order of
   * merging. By sink: the same of all that was written to it, two lists in no order.
   */
  readonly equals?: { readonly [N in keyof Compared<R>]?: (a: Compared<R>[N], b: Compared<R>[N]) => boolean }
  /** By slot: why it is not to be compared. Of a source, that are its dead letters; of a store, what it holds and its dead letters. */
  readonly except?: { readonly [S in Extract<R, { readonly kind: 'source' | 'store' | 'sink' }> as S['name']]?: string }
}

/** What all platforms have come to; where they may differ, what the first has. */
export interface Same<R extends AnySlot = AnySlot> {
  readonly stores: StoresOf<R>
  readonly sinks: SinksOf<R>
  readonly deadLetters: readonly OutcomeDeadLetter[]
  /** What was not compared, or not all of it, and why. */
  readonly uncompared: readonly Uncompared[]
  readonly seed: number
}

/**
 * Runs a job on several platforms, and fails unless they come to the same: the same values under the same keys of each
 * store, the same items in each sink, in whatever order, the same dead letters. Records that are read from an iterable are
 * read once, and each platform gets them anew. Unless others are given, the platforms are memory and the simulation.
 *
 * Fractions may differ in their last digits. How many changes a store passes on is the platform's business: of a sink that
 * is fed from changes no more is compared than what is not; `uncompared` says what that leaves out.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { expectSame } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * const { stores } = await expectSame(wordCount, { words: ['a', 'b', 'a'] })
 * // stores.counts is Map { 'a' => 2, 'b' => 1 }
 * ```
 *
 * @throws NotSameError where they do not come to the same: key by key, with the seed to run it again
 * @throws TanagerError `missing-binding`, `unknown-slot`, `invalid-binding`, `invalid-option`; and what a platform throws
 */
export async function expectSame<R extends AnySlot>(
  job: Job<R>,
  inputs: SameInputs<R>,
  platforms: readonly TestPlatform[] = [onMemory(), onSimulation()],
  options: SameOptions<R> = {},
): Promise<Same<R>> {
  const { seed = Math.floor(Math.random() * 2 ** 31), ...compare } = options
  checkOptions(job, compare as CompareOptions)
  if (platforms.length < 2) {
    throw new TanagerError('invalid-option', 'expectSame: platforms', { value: platforms.length, allowed: 'two or more to compare' })
  }
  const given = await readOnce(job, checkInputs(job, inputs as Inputs))
  const named = namesApart(platforms)
  const outcomes = new Map<string, Outcome>()
  for (const { name, run } of named) outcomes.set(name, await runOn(name, run, job, copiedInputs(job, given), seed))
  const [[expected, reference], ...others] = [...outcomes] as [[string, Outcome], ...[string, Outcome][]]
  const differences = others.map(([actual, outcome]): readonly [string, readonly Difference[]] => [
    actual,
    differencesOf(job, reference, outcome, { ...(compare as CompareOptions), names: { expected, actual } }),
  ])
  if (differences.some(([, found]) => found.length > 0)) throw new NotSameError({ job: job.name, expected, differences, seed, outcomes })
  const { stores, sinks, deadLetters } = reference
  return {
    stores: stores as StoresOf<R>,
    sinks: sinks as SinksOf<R>,
    deadLetters,
    uncompared: uncomparedOf(job, compare as CompareOptions),
    seed,
  }
}

/** Two of one name could not be told apart in a sentence. */
function namesApart(platforms: readonly TestPlatform[]): readonly TestPlatform[] {
  const times = new Map<string, number>()
  return platforms.map(({ name, run }) => {
    const before = times.get(name) ?? 0
    times.set(name, before + 1)
    return { name: before === 0 ? name : `${name} (${before + 1})`, run }
  })
}

async function runOn(name: string, run: TestPlatform['run'], job: Job, inputs: Inputs, seed: number): Promise<Outcome> {
  try {
    return await run(job, inputs, seed)
  } catch (cause) {
    const text = `job ${job.name} on ${name}: ${messageOf(cause)} (seed ${seed})`
    throw cause instanceof TanagerError ? new TanagerError(cause.code, text, { cause }) : new Error(text, { cause })
  }
}
