import fc from 'fast-check'
import { codec } from 'tanager'
import * as algebra from 'tanager/algebra'
import { moderate, time, word } from './inputs.ts'
import { type Instance, instance } from './instance.ts'

const names = algebra.setOf(codec.string)
const ranking = algebra.spaceSaver({ capacity: 2 })

export const sketches: readonly Instance[] = [
  instance(algebra.eventually(names, algebra.hyperLogLog({ p: 4 }), { past: 3, size: ({ size }) => size, inputs: (all) => all }), {
    inputs: word,
  }),
  instance(algebra.hyperLogLog({ p: 4 }), { inputs: word }),
  instance(algebra.hyperLogLog({ p: 10 }), { inputs: fc.oneof(word, fc.uint8Array({ maxLength: 8 })) }),
  instance(algebra.hyperLogLogSeries({ p: 4 }), { inputs: fc.tuple(word, time) }),
  instance(algebra.countMin({ epsilon: 0.1, delta: 0.1 }), { inputs: word }),
  instance(algebra.countMin({ epsilon: 0.01, delta: 0.01, heavyHitters: 0.05 }), { inputs: word }),
  instance(algebra.bloom({ capacity: 100, falsePositives: 0.01 }), { inputs: word }),
  instance(algebra.minHash({ size: 16 }), { inputs: word }),
  instance(algebra.ddSketch({ relativeAccuracy: 0.02 }), { inputs: moderate }),
  instance(algebra.ddSketch({ relativeAccuracy: 0.1, maxBins: 16 }), { inputs: moderate }),
  // Exact for as many keys as it has counters. With more the rare ones depend on the order of merging, and only the total does not.
  instance(algebra.spaceSaver({ capacity: 8 }), { inputs: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
  instance(ranking, { inputs: word, equals: (a, b) => ranking.present(a).total === ranking.present(b).total }),
]
