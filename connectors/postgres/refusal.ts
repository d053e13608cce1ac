import { isNone, isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import { messageOf } from '../../core/error.ts'
import { byHalves } from './by-halves.ts'
import type { CellText } from './cell.ts'
import type { Ask, Database } from './database.ts'
import { refusalOf } from './fault.ts'
import { type KeyValue, strangeKey } from './key-value.ts'
import type { Shape } from './shape.ts'
import { type Table, unnested } from './table.ts'
import { trying } from './trying.ts'

/*
 * What a table takes only the table knows: types, domains, checks, other indexes, triggers. So it is asked, with the rows
 * that are to be written, in a transaction of which nothing stays; and in halves, so that a few bad ones among thousands
 * cost a few dozen statements.
 */

/** A table of keys and values, and how they lie in it. */
export interface Rows<K, V> {
  readonly db: Database
  readonly shape: Shape<K, V>
  readonly table: Table
  readonly values: KeyValue<K, V>
}

type Entry<K, V> = readonly [key: K, value: Option<V>]

/** Of entries to be written, and, if they are `none`, to be removed: why the table does not take them. */
export async function refusals<K, V>(rows: Rows<K, V>, entries: readonly Entry<K, V>[]): Promise<readonly Option<string>[]> {
  const { db, shape, values } = rows
  const reasons: Option<string>[] = entries.map(([key, value]) =>
    reasonOf(() => {
      values.row(key)
      if (isSome(value)) shape.value.write(value.value)
    }),
  )
  const left = [...entries.keys()].filter((i) => isNone(reasons[i] as Option<string>))
  await db.rehearsal(async (ask) => {
    await byHalves(
      left,
      (part) =>
        trying(ask, () =>
          write(
            ask,
            values,
            part.map((i) => entries[i] as Entry<K, V>),
          ),
        ),
      async (i, thrown) => {
        reasons[i] = some(refusalOf(thrown, await columnOf(ask, rows, entries[i] as Entry<K, V>)))
      },
    )
    const puts = left.filter((i) => isNone(reasons[i] as Option<string>) && isSome((entries[i] as Entry<K, V>)[1]))
    if (puts.length < 2) return
    const { rows: twins } = await ask(values.twins, values.keyLists(puts.map((i) => (entries[i] as Entry<K, V>)[0])))
    for (const [at] of twins)
      reasons[puts[Number(at) - 1] as number] = some(`${namesOf(rows)}: another key is the same row. Keys that differ must differ there.`)
  })
  return reasons
}

/** Puts and removes, one statement each; of keys that would not be found again, none. */
export async function write<K, V>(ask: Ask, values: KeyValue<K, V>, entries: readonly Entry<K, V>[]): Promise<void> {
  const puts = entries.flatMap(([key, value]) => (isSome(value) ? [[key, value.value] as const] : []))
  const removes = entries.flatMap(([key, value]) => (isSome(value) ? [] : [key]))
  for (const part of [
    ...(puts.length > 0 ? [values.put(puts, 1, '')] : []),
    ...(removes.length > 0 ? [values.remove(removes, 1, '')] : []),
  ]) {
    await ask(part.text, part.values)
  }
  // Afterwards: what is too long by more than blanks has been refused in words of its own by now.
  const strange = values.strange()
  if (strange !== undefined && puts.length > 0) {
    const { rows } = await ask(strange, values.keyLists(puts.map(([key]) => key)))
    if (rows.length > 0) throw strangeKey()
  }
}

/** The first column whose type does not hold what would go into it; none, if it is not a type that refuses the row. */
async function columnOf<K, V>(ask: Ask, { shape, table }: Rows<K, V>, [key, value]: Entry<K, V>): Promise<string | undefined> {
  const names = isSome(value) ? [...shape.key.names, ...shape.value.names] : shape.key.names
  const cells: readonly CellText[] = [...shape.key.write(key), ...(isSome(value) ? shape.value.write(value.value) : [])]
  for (const [i, name] of names.entries()) {
    const type = table.type(name)
    const limited = table.limits(name)
    const changes = limited === undefined ? `u.c0::${type} IS NULL` : `u.c0::${type}::${limited} IS DISTINCT FROM u.c0::${type}`
    let changed = false
    const failed = await trying(ask, async () => {
      const { rows } = await ask(`SELECT ${changes} FROM ${unnested(1, [type])}`, [[cells[i] ?? null]])
      changed = limited !== undefined && rows[0]?.[0] === 't'
    })
    if (failed !== undefined || changed) return name
  }
  return undefined
}

const namesOf = <K, V>({ shape }: Rows<K, V>): string => {
  const names = shape.key.names.slice(0, shape.key.unique)
  return `${names.length === 1 ? 'column' : 'columns'} ${names.join(', ')}`
}

function reasonOf(write: () => void): Option<string> {
  try {
    write()
    return none
  } catch (thrown) {
    return some(messageOf(thrown))
  }
}
