import type { Aggregation } from '../../core/algebra/aggregation.ts'

/** Numbers from 0 to below 1, the same for a seed every time. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * What inputs come to, merged as batches, partitions and drains would: in some grouping, one by one here and many at once
 * there, always in order.
 */
export function mergedAtRandom<V, In>(aggregation: Aggregation<V, In, unknown>, inputs: readonly In[], random: () => number): V {
  const { prepare, semigroup, concatMany } = aggregation
  const most = 2 ** Math.floor(random() * 9)
  const merged = (from: number, to: number): V => {
    if (to - from === 1) return prepare(inputs[from] as In)
    if (to - from <= most) {
      const values = inputs.slice(from, to).map((input) => prepare(input))
      return concatMany === undefined || random() < 0.3
        ? values.reduce((total, value) => semigroup.concat(total, value))
        : concatMany(values)
    }
    // Anywhere between the quarters, so that trees stay shallow.
    const cut = from + Math.max(1, Math.floor((to - from) * (0.25 + random() / 2)))
    return semigroup.concat(merged(from, cut), merged(cut, to))
  }
  return merged(0, inputs.length)
}
