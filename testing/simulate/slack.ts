import type { Job } from '../../core/job.ts'
import type { Material } from './material.ts'
import { see } from './seen.ts'

/** What a double cannot hold of a number, as a part of it. */
const rounding = 2 ** -52

/**
 * Of each store, how much the order of merging may make of a difference: each merge rounds off so much of the largest number
 * on the way, up or down, wherever in its values that stood.
 */
export async function slackOf(job: Job, material: Material): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, { largest: number; merges: number }>()
  const seen = ({ name }: { readonly name: string }, value: unknown) => {
    const size = sizes.get(name) ?? { largest: 0, merges: 0 }
    sizes.set(name, { largest: Math.max(size.largest, largestIn(value)), merges: size.merges + 1 })
  }
  await see(job, material, { delta: seen, total: seen })
  return new Map([...sizes].map(([name, { largest, merges }]) => [name, rounding * largest * merges]))
}

const deepest = 10

function largestIn(value: unknown, depth = 0): number {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.abs(value) : 0
  if (typeof value !== 'object' || value === null || depth > deepest) return 0
  const parts = value instanceof Map ? [...value.values()] : ArrayBuffer.isView(value) ? [] : Object.values(value)
  return parts.reduce((largest: number, part) => Math.max(largest, largestIn(part, depth + 1)), 0)
}
