import { messageOf } from '../../../core/error.ts'
import { copyOf, frozen } from '../../compare/copy.ts'
import { broken, first, holds, type Law, type Verdict } from '../law.ts'
import type { Operand } from './operand.ts'
import type { Subject, Term } from './subject.ts'

/** What every `concat` owes, and what it has declared. */
export function concatLaws<V>(subject: Subject<V>): readonly Law<Operand<V>>[] {
  const { aggregation } = subject
  const { commutative, idempotent } = aggregation
  return [
    operandsUnchanged(subject),
    operandsUntouched(subject),
    deterministic(subject),
    associative(subject),
    { ...commutes(subject), ...(commutative ? {} : { declared: false }) },
    { ...absorbs(subject), ...(idempotent ? {} : { declared: false }) },
    ...('empty' in aggregation ? [neutral(subject, aggregation.empty as V)] : []),
    ...(aggregation.isEmpty === undefined ? [] : [forgettable(subject, aggregation.isEmpty)]),
  ]
}

export function concatenated<V>({ aggregation: { semigroup } }: Subject<V>, a: Operand<V>, b: Operand<V>): Term<V> {
  return { text: () => `concat(${a.text()}, ${b.text()})`, value: () => semigroup.concat(a.make(), b.make()) }
}

const termOf = <V>(operand: Operand<V>): Term<V> => ({ text: operand.text, value: operand.make })

const operandFrom = <V>({ text, value }: Term<V>): Operand<V> => ({ text, make: value })

function operandsUnchanged<V>(subject: Subject<V>): Law<Operand<V>> {
  const { concat } = subject.aggregation.semigroup
  return {
    name: 'leaving its operands alone',
    values: 2,
    first: true,
    judge: (a, b) => {
      const operands = [a.make(), b.make()] as const
      const before = operands.map((operand) => subject.encoded(operand))
      concat(...operands)
      for (const [i, side] of ['left', 'right'].entries()) {
        const operand = operands[i] as V
        if (subject.encoded(operand) === before[i]) continue
        return broken(`changes its operands: ${concatenated(subject, a, b).text()} made its ${side} one ${subject.told(operand)}`)
      }
      return holds
    },
  }
}

/** What is changed and changed back, or was changed to what it was: shown by operands that nobody can write to. */
function operandsUntouched<V>(subject: Subject<V>): Law<Operand<V>> {
  const { concat } = subject.aggregation.semigroup
  return {
    name: 'not writing to its operands',
    values: 2,
    first: true,
    judge: (a, b) => {
      concat(a.make(), b.make())
      try {
        concat(frozen(copyOf(a.make())), frozen(copyOf(b.make())))
        return holds
      } catch (thrown) {
        return broken(`writes to its operands: concat(${a.text()}, ${b.text()}) throws when they are frozen: ${messageOf(thrown)}`)
      }
    },
  }
}

function deterministic<V>(subject: Subject<V>): Law<Operand<V>> {
  return {
    name: 'deterministic',
    values: 2,
    first: true,
    judge: (a, b) => {
      const { text, value } = concatenated(subject, a, b)
      const results = [value(), value()] as const
      const [one, other] = results.map((result) => subject.encoded(result))
      if (one === other) return holds
      return broken(`not deterministic: ${text()} is ${subject.told(results[0])}, and the second time ${subject.told(results[1])}`)
    },
  }
}

function associative<V>(subject: Subject<V>): Law<Operand<V>> {
  const pair = (a: Operand<V>, b: Operand<V>) => concatenated(subject, a, b)
  return {
    name: 'associative',
    values: 3,
    judge: (a, b, c) => {
      const left = pair(operandFrom(pair(a, b)), c)
      const right = pair(a, operandFrom(pair(b, c)))
      return named(
        'not associative',
        subject.equation(left, right, () => [a.make(), b.make(), c.make()]),
      )
    },
  }
}

function commutes<V>(subject: Subject<V>): Law<Operand<V>> {
  return {
    name: 'commutative',
    values: 2,
    judge: (a, b) =>
      named(
        'not commutative',
        subject.equation(concatenated(subject, a, b), concatenated(subject, b, a), () => [a.make(), b.make()]),
      ),
  }
}

function absorbs<V>(subject: Subject<V>): Law<Operand<V>> {
  return {
    name: 'idempotent',
    values: 1,
    judge: (a) =>
      named(
        'not idempotent',
        subject.equation(concatenated(subject, a, a), termOf(a), () => [a.make()]),
      ),
  }
}

function neutral<V>(subject: Subject<V>, empty: V): Law<Operand<V>> {
  const zero: Operand<V> = { make: () => copyOf(empty), text: () => 'empty' }
  return {
    name: 'empty changes nothing',
    values: 1,
    judge: (a) => first(...onBothSides(subject, zero, a).map((verdict) => () => named('empty is not neutral', verdict()))),
  }
}

/** A key whose total is like no total is let go, so what is added next must come to the same as if it had been kept. */
function forgettable<V>(subject: Subject<V>, isEmpty: (total: V) => boolean): Law<Operand<V>> {
  return {
    name: 'what isEmpty changes nothing',
    values: 2,
    judge: (a, b) => {
      if (!isEmpty(a.make())) return holds
      return first(
        ...onBothSides(subject, a, b).map((verdict) => () => named(() => `isEmpty(${a.text()}), but it is not neutral`, verdict())),
      )
    },
  }
}

function onBothSides<V>(subject: Subject<V>, zero: Operand<V>, a: Operand<V>): readonly (() => Verdict)[] {
  const terms = () => [zero.make(), a.make()]
  return [
    () => subject.equation(concatenated(subject, zero, a), termOf(a), terms),
    () => subject.equation(concatenated(subject, a, zero), termOf(a), terms),
  ]
}

export function named(fault: string | (() => string), verdict: Verdict): Verdict {
  if (verdict.kind !== 'broken') return verdict
  return broken(`${typeof fault === 'string' ? fault : fault()}: ${verdict.sentence}`)
}
