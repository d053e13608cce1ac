import type { Job } from '../../core/job.ts'
import type { Material } from './material.ts'
import { see } from './seen.ts'

/** Of each store the largest number, up or down, that was merged into it, wherever in its values it stood. */
export async function scalesOf(job: Job, material: Material): Promise<ReadonlyMap<string, number>> {
  const scales = new Map<string, number>()
  await see(job, material, {
    delta: ({ name }, delta) => scales.set(name, Math.max(scales.get(name) ?? 1, largestIn(delta))),
    total: ({ name }, total) => scales.set(name, Math.max(scales.get(name) ?? 1, largestIn(total))),
  })
  return scales
}

const deepest = 10

function largestIn(value: unknown, depth = 0): number {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.abs(value) : 0
  if (typeof value !== 'object' || value === null || depth > deepest) return 0
  const parts = value instanceof Map ? [...value.values()] : ArrayBuffer.isView(value) ? [] : Object.values(value)
  return parts.reduce((largest: number, part) => Math.max(largest, largestIn(part, depth + 1)), 0)
}
