import type { Arbitrary } from 'fast-check'
import type { Bindings, PlatformTypes } from '../../core/contract/binding.ts'
import { TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { copyOf } from '../compare/copy.ts'
import { shown } from '../compare/shown.ts'
import { type FastCheck, fastCheck } from '../fast-check.ts'
import { madeOf } from '../values/codec.ts'
import { givenValues, type Values } from '../values/given.ts'
import { digest } from './job/expression.ts'

/** What is made up: records for sources, answers for services. */
interface RandomTypes extends PlatformTypes {
  readonly Source: readonly this['T'][]
  readonly Service: (key: this['K']) => this['V'] | undefined
  readonly Store: never
  readonly Sink: never
}

/** What it may be made of instead. */
interface GivenTypes extends PlatformTypes {
  readonly Source: Values<this['T']>
  readonly Service: Values<this['V']>
  readonly Store: never
  readonly Sink: never
}

/** Records for each source of a job and answers for each of its services: what `memory().on(job).run` takes. */
export type RandomInputs<R extends AnySlot> = Bindings<RandomTypes, R, 'source' | 'service'>

/** How to make up inputs. */
export interface InputOptions<R extends AnySlot> {
  /** How many records a source has at most; 20 unless given. */
  readonly records?: number
  /** Records of sources and answers of services that are not to be made up, by the name of the slot: some of them, or an arbitrary. */
  readonly values?: Bindings<GivenTypes, R, never>
}

/**
 * Random inputs of a job, for fast-check: records for each source, and for each service a function that answers some keys,
 * the same key always the same. They are made up from the codecs of the slots, of moderate size, so that sums stay exact.
 * That cannot be done for a codec made by `codec.of` or `codec.standard`, nor does `codec.json()` tell which JSON is meant:
 * there `values` has to say.
 *
 * ```ts
 * import fc from 'fast-check'
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memory } from 'tanager/memory'
 * import { inputsOf } from 'tanager/testing'
 *
 * const sales = source('sales', { item: codec.tuple(codec.string, codec.int) })
 * const perShop = job('per-shop', sales.sumByKey(store('totals', { key: codec.string, sum })))
 *
 * const inputs = await inputsOf(perShop, { values: { sales: [['north', 3], ['south', -1]] } })
 * await fc.assert(
 *   fc.asyncProperty(inputs, async (drawn) => {
 *     const { stores } = await memory().on(perShop).run(drawn)
 *     return stores.totals.size <= 2
 *   }),
 * )
 * ```
 *
 * @throws TanagerError `invalid-option` that names the slot whose values cannot be made up; `unknown-slot` where `values`
 * names what is neither a source nor a service; `missing-package` without fast-check
 */
export async function inputsOf<R extends AnySlot>(job: Job<R>, options: InputOptions<R> = {}): Promise<Arbitrary<RandomInputs<R>>> {
  const { records = 20, values = {} } = options
  const fc = await fastCheck()
  const given = new Map<string, unknown>(Object.entries(values))
  const slots = [...job.slots.values()].filter(({ kind }) => kind === 'source' || kind === 'service')
  for (const name of given.keys()) {
    if (slots.some((slot) => slot.name === name)) continue
    throw new TanagerError('unknown-slot', `job ${job.name} has no source and no service ${name} to make up values for`, {
      allowed: slots.map((slot) => slot.name).join(', '),
    })
  }
  const inputs = slots.map((slot): readonly [string, Arbitrary<unknown>] => {
    const each = valuesFor(fc, job.name, slot, given)
    return [slot.name, slot.kind === 'service' ? answers(fc, slot, each) : fc.array(each, { maxLength: records, size: 'max' })]
  })
  return fc
    .tuple(...inputs.map(([, made]) => made))
    .map((drawn) => Object.fromEntries(inputs.map(([name], i) => [name, drawn[i]]))) as unknown as Arbitrary<RandomInputs<R>>
}

function valuesFor(fc: FastCheck, job: string, slot: AnySlot, given: ReadonlyMap<string, unknown>): Arbitrary<unknown> {
  const where = `job ${job}: the ${slot.kind} ${slot.name}`
  const some = given.get(slot.name)
  if (some !== undefined) return givenValues(fc, `${where}: the values given for it`, some as Values<unknown>)
  const made = madeOf<unknown>(fc, slot.kind === 'service' ? slot.value : (slot as Extract<AnySlot, { kind: 'source' }>).item, 'moderate')
  if ('values' in made) return made.values
  throw new TanagerError('invalid-option', made.impossible, { where, remedy: `Give some: { values: { ${propertyOf(slot.name)}: […] } }.` })
}

const propertyOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`)

/** One of a few answers for each key, told by how it is written, or none. */
function answers(fc: FastCheck, slot: Extract<AnySlot, { kind: 'service' }>, each: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.array(fc.option(each, { nil: undefined, freq: 4 }), { minLength: 1, maxLength: 8 }).map((all) => {
    // A copy: who changes an answer must not change the next.
    const answer = (key: unknown) => copyOf(all[digest(slot.key.encode(key)) % all.length])
    return Object.assign(answer, { [fc.toStringMethod]: () => `(key) => one of ${shown(all)}, the same for the same key` })
  })
}
