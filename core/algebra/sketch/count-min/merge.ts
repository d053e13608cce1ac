import { byText } from '../key.ts'
import { totalOf } from '../total.ts'
import type { Shape } from './options.ts'
import { Table } from './table.ts'
import { type CountMin, type Many, nothing, roomOf } from './value.ts'

/** All values as one, in one go. */
export function mergeAll(values: readonly CountMin[], shape: Shape): CountMin {
  const counts = new Map<string, number>()
  const tables: Many[] = []
  let total = 0
  for (const value of values) {
    if (value.kind === 'one') {
      total = totalOf(total, value.count)
      counts.set(value.key, (counts.get(value.key) ?? 0) + value.count)
    } else {
      total = totalOf(total, value.total)
      if (value.kind === 'many') tables.push(value)
      else for (const [key, count] of value.counts) counts.set(key, (counts.get(key) ?? 0) + count)
    }
  }
  return tables.length === 0 && fits(counts, shape) ? fewOf(counts, total) : manyOf(tables, counts, total, shape)
}

/** Depends on which keys there are and on nothing else, so it is the same whatever was merged first. */
export function fits(counts: ReadonlyMap<string, number>, { room }: Shape): boolean {
  // Each takes some room, so there is no need to look at more than this.
  if (counts.size > room / roomOf('')) return false
  let taken = 0
  for (const key of counts.keys()) taken += roomOf(key)
  return taken <= room
}

export function fewOf(counts: ReadonlyMap<string, number>, total: number): CountMin {
  if (counts.size === 0) return nothing
  if (counts.size > 1) return Object.freeze({ kind: 'few', total, counts })
  for (const [key, count] of counts) return Object.freeze({ kind: 'one', key, count })
  return nothing
}

function manyOf(tables: readonly Many[], counts: ReadonlyMap<string, number>, total: number, shape: Shape): CountMin {
  const table = new Table(shape)
  for (const { cells } of tables) table.addAll(cells)
  table.addKeys(counts)
  const candidates = shape.share === 0 ? none : table.candidates(new Set(tables.flatMap((part) => part.candidates)), total)
  return Object.freeze({ kind: 'many', total, cells: table.cells, candidates })
}

const none: readonly string[] = Object.freeze([])

/** In the order of their text, as they are written. */
export function inOrder(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort((a, b) => byText(a[0], b[0]))
}
