import type { Aggregation } from '../../../core/algebra/aggregation.ts'
import { broken, first, holds, type Law, type Verdict } from '../law.ts'
import { named } from './concat.ts'
import type { Operand } from './operand.ts'
import type { Subject } from './subject.ts'

type ConcatMany<V> = NonNullable<Aggregation<V>['concatMany']>

/** What the quick way to merge many values owes to the slow one. */
export function concatManyLaws<V>(subject: Subject<V>, concatMany: ConcatMany<V>): readonly Law<Operand<V>>[] {
  return [
    {
      name: 'concatMany leaving its values alone',
      values: { atLeast: 1, atMost: 8 },
      judge: (...operands) =>
        first(
          () => unchanged(subject, concatMany, operands),
          () => notKept(subject, concatMany, operands),
        ),
    },
    {
      name: 'concatMany as concat',
      values: { atLeast: 1, atMost: 12 },
      judge: (...operands) => {
        const { concat } = subject.aggregation.semigroup
        const make = () => operands.map((operand) => operand.make())
        const many = { text: () => `concatMany([${listed(operands)}])`, value: () => concatMany(make()) }
        const one = { text: () => foldedText(operands), value: () => make().reduce((total, value) => concat(total, value)) }
        return named('concatMany is not what concat makes of it', subject.equation(many, one, make))
      },
    },
  ]
}

const listed = <V>(operands: readonly Operand<V>[]): string => operands.map((operand) => operand.text()).join(', ')

function foldedText<V>([first, ...others]: readonly Operand<V>[]): string {
  return others.reduce((text, operand) => `concat(${text}, ${operand.text()})`, first?.text() ?? '')
}

function unchanged<V>(subject: Subject<V>, concatMany: ConcatMany<V>, operands: readonly Operand<V>[]): Verdict {
  const values = operands.map((operand) => operand.make())
  const given = [...values]
  const before = values.map((value) => subject.encoded(value))
  concatMany(values)
  if (given.length !== values.length || given.some((value, i) => value !== values[i])) {
    return broken(`concatMany changes the array it is given: of ${given.length} values it left ${values.length}, or in other places`)
  }
  const at = values.findIndex((value, i) => subject.encoded(value) !== before[i])
  if (at === -1) return holds
  return broken(`concatMany changes its values: concatMany([${listed(operands)}]) made the one at ${at} ${subject.told(values[at] as V)}`)
}

/** The engine goes on using the array. */
function notKept<V>(subject: Subject<V>, concatMany: ConcatMany<V>, operands: readonly Operand<V>[]): Verdict {
  const values = operands.map((operand) => operand.make())
  const total = concatMany(values)
  const before = subject.encoded(total)
  values.fill(values[0] as V)
  values.length = 0
  if (subject.encoded(total) === before) return holds
  return broken(
    `concatMany keeps the array it is given: concatMany([${listed(operands)}]) became ${subject.told(total)} when that was emptied`,
  )
}
