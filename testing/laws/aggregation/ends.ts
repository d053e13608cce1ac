import { messageOf } from '../../../core/error.ts'
import { copyOf } from '../../compare/copy.ts'
import { same } from '../../compare/same.ts'
import { shown } from '../../compare/shown.ts'
import { broken, holds, type Law, refused } from '../law.ts'
import { concatenated } from './concat.ts'
import type { Operand } from './operand.ts'
import type { Subject } from './subject.ts'

/** What goes in. */
export function prepareLaw<V, In>(subject: Subject<V>): Law<In> {
  const prepare = subject.aggregation.prepare as (input: In) => V
  return {
    name: 'prepare',
    values: 1,
    judge: (input) => {
      const call = () => `prepare(${shown(input)})`
      const given = copyOf(input)
      let value: V
      try {
        value = prepare(given)
      } catch (thrown) {
        return broken(`prepare throws: ${call()}: ${messageOf(thrown)}`)
      }
      if (!same(given, input)) return broken(`prepare changes what it is given: ${call()} made it ${shown(given)}`)
      const fault = faultOf(subject, value)
      if (fault !== undefined) return broken(`what prepare answers cannot be written: ${call()} is ${fault}`)
      const again = prepare(copyOf(input))
      if (subject.encoded(again) === subject.encoded(value)) return holds
      return broken(`prepare is not deterministic: ${call()} is ${subject.told(value)}, and the second time ${subject.told(again)}`)
    },
  }
}

/** What a store keeps: the codec has to take what `concat` makes of what it takes. */
export function writableLaw<V>(subject: Subject<V>): Law<Operand<V>> {
  return {
    name: 'totals can be written',
    values: 2,
    judge: (a, b) => {
      const { text, value } = concatenated(subject, a, b)
      const total = value()
      const fault = faultOf(subject, total)
      if (fault === undefined) return holds
      // A sum that has left the range of its numbers is refused, and rightly.
      if (hasLeftRange(total)) return refused(new Error(`${text()} is ${fault}`))
      return broken(`its codec does not take its totals: ${text()} is ${fault}`)
    },
  }
}

/** What a reader sees. */
export function presentLaw<V>(subject: Subject<V>): Law<Operand<V>> {
  const present = subject.aggregation.present as (value: V) => unknown
  return {
    name: 'present',
    values: 1,
    judge: (a) => {
      const call = () => `present(${a.text()})`
      const value = a.make()
      const before = subject.encoded(value)
      let out: unknown
      try {
        out = present(value)
      } catch (thrown) {
        return broken(`present throws: ${call()}: ${messageOf(thrown)}`)
      }
      if (subject.encoded(value) !== before) return broken(`present changes what it is given: ${call()} made it ${subject.told(value)}`)
      const again = present(a.make())
      return same(out, again)
        ? holds
        : broken(`present is not deterministic: ${call()} is ${shown(out)}, and the second time ${shown(again)}`)
    },
  }
}

/** The value, and why its codec does not take it. */
function faultOf<V>(subject: Subject<V>, value: V): string | undefined {
  const { codec } = subject.aggregation
  try {
    codec.toJson(value)
    subject.encoded(value)
    return undefined
  } catch (thrown) {
    return `${shown(value)}; ${messageOf(thrown)}`
  }
}

function hasLeftRange(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLeftRange)
}
