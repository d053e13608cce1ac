import type { Arbitrary } from 'fast-check'
import { type Aggregation, aggregation as aggregationOf } from '../../../core/algebra/aggregation.ts'
import { type FastCheck, fastCheck } from '../../fast-check.ts'
import { madeOf } from '../../values/codec.ts'
import { givenValues, type Values } from '../../values/given.ts'
import { guessInputs } from '../../values/inputs.ts'
import { codecLaws, formatLaw } from '../codec/laws.ts'
import type { Law } from '../law.ts'
import type { Report } from '../report.ts'
import { type CheckOptions, Trial } from '../trial.ts'
import { concatLaws } from './concat.ts'
import { concatManyLaws } from './concat-many.ts'
import { prepareLaw, presentLaw, writableLaw } from './ends.ts'
import { type Operand, type Origin, operandOf, operandsFrom } from './operand.ts'
import { type Equality, Subject } from './subject.ts'

/** What to check an aggregation with. */
export interface AggregationOptions<V, In> extends CheckOptions, Equality<V> {
  /** Values as a store keeps them. */
  readonly values?: Values<V>
  /** What is given to `prepare`. */
  readonly inputs?: Values<In>
}

/**
 * Checks the laws of an aggregation: that `concat` is associative, does not change its operands and answers the same each
 * time; that it is commutative and idempotent if it says so, and that `empty` is neutral; that `concatMany` comes to what
 * `concat` comes to; that `prepare` and `present` do not throw, and that the codec takes all totals and brings them back.
 *
 * Values are made from `inputs`, or are `values`; without either they are made up, where that is possible. Fractions may
 * differ in their last digits (see `tolerance`): adding doubles in another order does that, and is reported as `rounded`.
 */
export async function checkAggregation<V, In, Out>(
  aggregation: Aggregation<V, In, Out>,
  options: AggregationOptions<V, In> = {},
): Promise<Report> {
  const fc = await fastCheck()
  const trial = new Trial(fc, aggregation.id, options)
  const { inputs, operands, impossible, note, doubt } = materialOf(fc, aggregation, options)
  const subject = new Subject<V>(aggregation as unknown as Aggregation<V, never, unknown>, options)
  if (inputs !== undefined) trial.try([prepareLaw<V, In>(subject)], inputs, undefined, 10)
  if (operands === undefined) {
    trial.leave('all', impossible ?? '', 'Give some: { inputs: […] }, which prepare takes, or { values: […] }, as a store keeps them.')
    return trial.report
  }
  if (note !== undefined) trial.note(note)
  if (doubt !== undefined) trial.doubt(doubt)
  const { codec, concatMany } = aggregation
  const make = (operand: Operand<V>) => operand.make()
  const ofConcat = [...concatLaws(subject), ...(concatMany === undefined ? [] : concatManyLaws(subject, concatMany))]
  const ofCodec = [formatLaw(codec), ...codecLaws(codec, options.equals)].map((law) => onOperands(`codec ${codec.id}`, law))
  const ofValues = [writableLaw(subject), presentLaw(subject)]
  trial.try(ofConcat, operands, make, ofValues.length + ofCodec.length)
  trial.try(ofValues, operands, make, ofCodec.length)
  trial.try(ofCodec, operands, make)
  return trial.report
}

function onOperands<V>(subject: string, law: Law<V>): Law<Operand<V>> {
  return {
    ...law,
    name: `${subject}: ${law.name}`,
    judge: (...operands) => {
      const verdict = law.judge(...operands.map((operand) => operand.make()))
      return verdict.kind === 'broken' ? { ...verdict, sentence: `${subject}: ${verdict.sentence}` } : verdict
    },
  }
}

/** What there is to check with, or why there is nothing. */
interface Material<V, In> {
  readonly inputs?: Arbitrary<In>
  readonly operands?: Arbitrary<Operand<V>>
  readonly impossible?: string
  readonly note?: string
  readonly doubt?: string
}

function materialOf<V, In>(
  fc: FastCheck,
  aggregation: Aggregation<V, In, unknown>,
  { values, inputs }: AggregationOptions<V, In>,
): Material<V, In> {
  const { prepare } = aggregation
  const merged = <A>(origin: Origin<V, A>) => operandsFrom(fc, aggregation as unknown as Aggregation<V, never, unknown>, origin)
  const fed = inputs === undefined ? undefined : givenValues(fc, 'the inputs', inputs)
  const kept = values === undefined ? undefined : givenValues(fc, 'the values', values)
  if (fed !== undefined || kept !== undefined) {
    const operands = fc.oneof(
      ...(fed === undefined ? [] : [merged({ inputs: fed, prepare, called: 'prepare' })]),
      ...(kept === undefined ? [] : [merged({ inputs: kept, prepare: (value: V) => value })]),
    )
    return fed === undefined ? { operands } : { inputs: fed, operands }
  }
  // Only what comes out of `prepare` is a value for certain: a codec also writes a mean of no numbers.
  if (preparesNothing(aggregation)) {
    const made = madeOf(fc, aggregation.codec, 'moderate')
    if (!('values' in made)) return made
    const doubt = 'the values were made up from its codec: perhaps a job never has such values'
    return { operands: made.values.map(operandOf), doubt }
  }
  const guess = guessInputs(fc, aggregation)
  if (guess === undefined) return { impossible: 'no codec tells what prepare takes, and it takes nothing that was tried' }
  const note = `nobody said what prepare takes: it was tried with ${guess.like}`
  return { inputs: guess.inputs, operands: merged({ inputs: guess.inputs, prepare, called: 'prepare' }), note }
}

/** By both of its ends, too: whoever made the aggregation may have another copy of tanager. */
function preparesNothing<V, In>({ prepare, present, codec, semigroup }: Aggregation<V, In, unknown>): boolean {
  const same: unknown = aggregationOf({ value: codec, semigroup }).prepare
  return prepare === same || (prepare as unknown) === present
}
