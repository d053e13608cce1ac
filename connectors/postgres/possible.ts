import { byHalves } from './by-halves.ts'
import type { CellText } from './cell.ts'
import type { Database } from './database.ts'
import { transposed, unnested } from './table.ts'
import { trying } from './trying.ts'

/** Which keys columns of these types can hold: no row has any other. The types read them, and no table is looked at. */
export async function possible<K>(
  db: Database,
  types: readonly string[],
  keys: readonly K[],
  cellsOf: (key: K) => readonly CellText[],
): Promise<readonly boolean[]> {
  const read = `SELECT count(ROW(${types.map((type, i) => `u.c${i}::${type}`).join(', ')})) FROM ${unnested(1, types)}`
  const cells = keys.map((key) => {
    try {
      return cellsOf(key)
    } catch {
      return undefined
    }
  })
  const able = cells.map((each) => each !== undefined)
  const written = [...keys.keys()].filter((i) => able[i])
  // On one connection: a pool closes those on which something has failed.
  await db.rehearsal((ask) => {
    const attempt = (part: readonly number[]) => {
      const rows = part.map((i) => cells[i] as readonly CellText[])
      return trying(ask, () => ask(read, transposed(types.length, rows)))
    }
    return byHalves(written, attempt, (i) => {
      able[i] = false
    })
  })
  return able
}

/** Asks for the keys that are possible, and puts nothing where the others are. */
export async function onlyPossible<K, A>(
  keys: readonly K[],
  able: readonly boolean[],
  ask: (keys: readonly K[]) => Promise<readonly A[]>,
  nothing: A,
): Promise<readonly A[]> {
  const answers = await ask(keys.filter((_, i) => able[i]))
  let next = 0
  return able.map((is) => (is ? (answers[next++] as A) : nothing))
}
