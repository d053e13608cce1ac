import fc from 'fast-check'
import { aggregation, codec } from 'tanager'
import { mapOf, setOf, sparseSum, sum } from 'tanager/algebra'
import { semigroupLaws } from '../laws.ts'

const text = aggregation({ id: 'text', value: codec.string, semigroup: { concat: (a, b) => a + b } })
const ints = fc.integer({ min: -50, max: 50 })
const words = fc.string({ maxLength: 3 })
const names = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor')
const full = fc.integer({ min: -2, max: 2 }).filter((x) => x !== 0)

const maps = <K, V>(keys: fc.Arbitrary<K>, values: fc.Arbitrary<V>) =>
  fc.array(fc.tuple(keys, values), { maxLength: 4 }).map((all) => new Map(all))
const date = fc.integer({ min: 0, max: 3 }).map((day) => new Date(day))
// Two `Date` objects of one time are one key, so a map may have one of them only.
const dated = fc.uniqueArray(fc.tuple(date, words), { selector: ([day]) => day.getTime() }).map((all) => new Map(all))

semigroupLaws('mapOf(int, sum)', mapOf(codec.int, sum), maps(fc.integer({ min: 0, max: 4 }), ints))
semigroupLaws('mapOf(int, sparseSum)', mapOf(codec.int, sparseSum), maps(fc.integer({ min: 0, max: 4 }), full))
semigroupLaws(
  'mapOf(string, setOf)',
  mapOf(codec.string, setOf(codec.int)),
  maps(
    names,
    fc.array(ints, { maxLength: 3 }).map((all) => new Set(all)),
  ),
)
semigroupLaws('mapOf(date, text)', mapOf(codec.date, text), dated)
