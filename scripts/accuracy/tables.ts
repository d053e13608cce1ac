import { bloomTable } from './bloom.ts'
import { countMinTable } from './count-min.ts'
import { ddSketchTable } from './dd-sketch.ts'
import { hyperLogLogTable } from './hyperloglog.ts'
import { minHashTable } from './min-hash.ts'
import { spaceSaverTable } from './space-saver.ts'
import type { Table } from './table.ts'

const sizes = [100, 1_000, 10_000, 100_000, 1_000_000]

/** @param most how many inputs at most; what was measured with fewer does not depend on it */
export function accuracyTables(most: number): readonly Table[] {
  const upTo = sizes.filter((size) => size <= most)
  const many = upTo.filter((size) => size >= 10_000)
  return [hyperLogLogTable(upTo), ddSketchTable(upTo), countMinTable(many), spaceSaverTable(many), bloomTable(), minHashTable()]
}
