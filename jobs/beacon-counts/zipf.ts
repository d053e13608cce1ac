/** Whole numbers below 2^32, each as likely as any other; the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
}

const tableBits = 20

/**
 * Draws from 0 up to `ranks`, as popular things are: the second comes up half as often as the first, the third a third as
 * often (Zipf). All of a million chances are dealt out beforehand, so a draw is one look into a table.
 */
export function zipfOf(ranks: number, random: () => number): () => number {
  const chances = new Uint16Array(1 << tableBits)
  let weight = 0
  for (let rank = 1; rank <= ranks; rank++) weight += 1 / rank
  let below = 0
  for (let rank = 0; rank < ranks; rank++) {
    const from = Math.round((below / weight) * chances.length)
    below += 1 / (rank + 1)
    chances.fill(rank, from, Math.round((below / weight) * chances.length))
  }
  return () => chances[random() >>> (32 - tableBits)] as number
}
