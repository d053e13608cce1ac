import { messageOf } from '../core/error.ts'
import type { AnyStore } from '../core/plan/plan.ts'
import { loadDeployable, withClient } from './deployment.ts'
import { Failure, usage } from './fault.ts'
import type { Loaded } from './module.ts'
import type { RedisOptions } from './options.ts'
import { output } from './output.ts'
import { jsonLines, type Row, rowsOf, storeTable, valueText } from './results.ts'
import { visible } from './text.ts'

export interface QueryOptions extends RedisOptions {
  readonly top?: number
  readonly prefix?: string
  readonly json?: boolean
}

/** Prints what a store of a deployed job holds. */
export async function query(module: string, name: string, key: string | undefined, options: QueryOptions): Promise<void> {
  const loaded = await loadDeployable(module)
  const slot = storeOf(loaded, name)
  if (key !== undefined) await one(loaded, slot, key, options)
  else await many(loaded, slot, options)
}

function storeOf({ job }: Loaded, name: string): AnyStore {
  const stores = [...job.slots.values()].filter((slot) => slot.kind === 'store')
  const found = stores.find((slot) => slot.name === name)
  if (found !== undefined) return found
  throw usage(`job ${job.name} has no store ${name}`, { allowed: stores.map((slot) => slot.name).join(', ') || 'it has no store at all' })
}

async function one(loaded: Loaded, slot: AnyStore, text: string, options: QueryOptions): Promise<void> {
  for (const name of ['top', 'prefix'] as const) {
    if (options[name] !== undefined) throw usage(`--${name} is for many keys, and one is given`, { value: text })
  }
  const key = keyOf(slot, text)
  const [found] = await withClient(loaded, options, (client) => client.store(slot.name).multiGet([key]))
  if (found === undefined || found._tag === 'None') throw new Failure(`the store ${slot.name} has no key ${visible(text)}`)
  const row = { text, key, value: found.value }
  if (options.json) return output.lines(jsonLines({ slot, rows: [row] }))
  const value = valueText(row.value)
  await output.write(`${output.isTerminal ? visible(value) : value}\n`)
}

function keyOf(slot: AnyStore, text: string): unknown {
  try {
    return slot.key.decode(text)
  } catch (cause) {
    throw usage(`this is no key of the store ${slot.name}: ${messageOf(cause)}`, { cause })
  }
}

async function many(loaded: Loaded, slot: AnyStore, { top, prefix = '', ...options }: QueryOptions): Promise<void> {
  const { rows } = await withClient(loaded, options, (client) => rowsOf(slot, client.store(slot.name).entries()))
  const asked = rows.filter(({ text }) => text.startsWith(prefix))
  const store = { slot, rows: top === undefined ? asked : greatest(slot, asked, top) }
  await output.lines(options.json ? jsonLines(store) : storeTable(store))
}

function greatest(slot: AnyStore, rows: readonly Row[], top: number): readonly Row[] {
  const other = rows.find(({ value }) => typeof value !== 'number' && typeof value !== 'bigint')
  if (other !== undefined) {
    throw new Failure(`--top is for numbers; the store ${slot.name} holds ${valueText(other.value)} under ${visible(other.text)}`)
  }
  type Numbered = Row & { readonly value: number | bigint }
  // The sort keeps the order of keys where values are equal.
  return (rows as readonly Numbered[]).toSorted((a, b) => (a.value < b.value ? 1 : a.value > b.value ? -1 : 0)).slice(0, top)
}
