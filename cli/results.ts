import type { Json } from '../core/codec/codec.ts'
import type { AnySink, AnyStore } from '../core/plan/plan.ts'
import { byCodePoint } from './order.ts'
import { output } from './output.ts'
import { plainJson } from './plain-json.ts'
import { table } from './table.ts'
import { counted, visible } from './text.ts'

/** One key of a store, as its readers see it. */
export interface Row {
  /** The key's own text: what it is sorted by, and what `tanager query` takes. */
  readonly text: string
  readonly key: unknown
  readonly value: unknown
}

export interface StoreRows {
  readonly slot: AnyStore
  readonly rows: readonly Row[]
}

export interface SinkItems {
  readonly slot: AnySink
  readonly items: readonly Json[]
}

/** A record that was refused: the part that is the same on every platform. */
export interface Refused {
  readonly stream: string
  readonly node: string
  readonly record: string
  readonly error: string
}

/** All that a run leaves behind, in an order that does not depend on how it was run. */
export interface Results {
  readonly stores: readonly StoreRows[]
  readonly sinks: readonly SinkItems[]
  readonly deadLetters: readonly Refused[]
}

type Many<A> = Iterable<A> | AsyncIterable<A>

/** A store's keys and values, sorted by key. */
export async function rowsOf(slot: AnyStore, entries: Many<readonly [unknown, unknown]>): Promise<StoreRows> {
  const rows: Row[] = []
  for await (const [key, value] of entries) rows.push({ text: slot.key.encode(key), key, value })
  return { slot, rows: rows.sort((a, b) => byCodePoint(a.text, b.text)) }
}

/** A sink's items, sorted: they arrive in another order every time. */
export async function itemsOf(slot: AnySink, items: Many<unknown>): Promise<SinkItems> {
  const all: { readonly item: Json; readonly text: string }[] = []
  for await (const each of items) {
    const item = plainJson(slot.item.toJson(each))
    all.push({ item, text: JSON.stringify(item) })
  }
  return { slot, items: all.sort((a, b) => byCodePoint(a.text, b.text)).map(({ item }) => item) }
}

export function refusedOf(letters: readonly Refused[]): readonly Refused[] {
  return letters
    .map(({ stream, node, record, error }) => ({ stream, node, record, error }))
    .sort(
      (a, b) =>
        byCodePoint(a.stream, b.stream) || byCodePoint(a.node, b.node) || byCodePoint(a.record, b.record) || byCodePoint(a.error, b.error),
    )
}

export const byName = <S extends { readonly name: string }>(slots: Iterable<S>): readonly S[] =>
  [...slots].sort((a, b) => byCodePoint(a.name, b.name))

interface Shown {
  readonly json: boolean
  readonly deadLetters: boolean
}

/** Prints results, for people or for programs. */
export async function printResults({ stores, sinks, deadLetters }: Results, shown: Shown): Promise<void> {
  const refused = shown.deadLetters ? deadLetters : []
  if (shown.json) {
    for (const store of stores) await output.lines(jsonLines(store))
    for (const { slot, items } of sinks) await output.lines(map(items, (item) => JSON.stringify({ sink: slot.name, item })))
    await output.lines(map(refused, (deadLetter) => JSON.stringify({ deadLetter })))
    return
  }
  const sections = [
    ...stores.map((store) => () => storeTable(store)),
    ...sinks.map((sink) => () => sinkList(sink)),
    ...(refused.length > 0 ? [() => refusedTable(refused)] : []),
  ]
  for (const [i, section] of sections.entries()) {
    if (i > 0) await output.write('\n')
    await output.lines(section())
  }
}

export function* jsonLines({ slot, rows }: StoreRows): Generator<string, void> {
  for (const { key, value } of rows) yield JSON.stringify({ store: slot.name, key: slot.key.toJson(key), value: plainJson(value) })
}

/** A value as a person reads it: a text as it is, anything else as JSON. */
export function valueText(value: unknown): string {
  const plain = plainJson(value)
  return typeof plain === 'string' ? plain : JSON.stringify(plain)
}

export const heading = (name: string, rest: string): string => `${output.paint.bold(name)}  ${output.paint.dim(rest)}`

/** Lines of a table in which the heads stand out. */
export function* drawn(lines: Iterable<string>): Generator<string, void> {
  let head = true
  for (const line of lines) {
    yield head ? output.paint.dim(line) : line
    head = false
  }
}

export function* storeTable({ slot, rows }: StoreRows): Generator<string, void> {
  yield heading(slot.name, rows.length === 0 ? 'no keys' : counted(rows.length, 'key'))
  if (rows.length === 0) return
  const right = rows.every(({ value }) => typeof value === 'number' || typeof value === 'bigint')
  const cells = rows.map(({ text, value }) => [visible(text), visible(valueText(value))])
  yield* drawn(table([{ head: 'key' }, { head: 'value', right }], cells, output.columns))
}

function* sinkList({ slot, items }: SinkItems): Generator<string, void> {
  yield heading(slot.name, items.length === 0 ? 'sink, no items' : `sink, ${counted(items.length, 'item')}`)
  if (items.length === 0) return
  yield* drawn(
    table(
      [{ head: 'item' }],
      items.map((item) => [visible(valueText(item))]),
      output.columns,
    ),
  )
}

function* refusedTable(letters: readonly Refused[]): Generator<string, void> {
  yield heading('dead letters', counted(letters.length, 'record'))
  const cells = letters.map(({ stream, node, error, record }) => [stream, node, visible(error), visible(record)])
  yield* drawn(table([{ head: 'stream' }, { head: 'node' }, { head: 'error' }, { head: 'record' }], cells, output.columns))
}

function* map<A>(items: readonly A[], line: (item: A) => string): Generator<string, void> {
  for (const item of items) yield line(item)
}
