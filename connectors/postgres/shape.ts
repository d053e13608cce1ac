import { createHash } from 'node:crypto'
import type { Codec } from '../../core/codec/codec.ts'
import { TanagerError } from '../../core/error.ts'
import { quoted } from './identifier.ts'
import { type Columns, type Part, partOf } from './part.ts'
import { restored, restoredJson, storable, storableJson } from './text.ts'

/** How keys and values lie in a table. */
export interface Shape<K, V> {
  /** Of its columns, the first `unique` tell rows apart. */
  readonly key: Part<K> & { readonly unique: number }
  readonly value: Part<V>
  readonly updatedAt: string
  /** What would make such a table; undefined where the types of its columns are not known. */
  readonly ddl: (table: string) => string | undefined
}

export interface ShapeOptions<K, V> {
  /** Where keys and values lie. Unless given: `key text`, `value jsonb`, and `long_key text` for keys that are too long for an index. */
  readonly columns?: { readonly key: Columns<K>; readonly value: Columns<V> }
  /** The types of those columns, for `create`: `{ site: 'text', clicks: 'bigint' }`. A table that is there knows them. */
  readonly types?: Readonly<Record<string, string>>
  /** The column that says when a row was last written; `updated_at` unless given. */
  readonly updatedAt?: string
}

/** What a store keeps: a slot says so. */
interface Kept<K, V> {
  readonly key: Codec<K>
  readonly sum: { readonly codec: Codec<V> }
}

export function shapeOf<K, V>(
  what: string,
  kept: Kept<K, V>,
  { columns, types = {}, updatedAt = 'updated_at' }: ShapeOptions<K, V>,
): Shape<K, V> {
  quoted(`${what}: updatedAt`, updatedAt)
  if (columns === undefined) return plainShape(kept, updatedAt)
  const key = partOf(`${what}: columns.key`, columns.key, kept.key)
  const value = partOf(`${what}: columns.value`, columns.value, kept.sum.codec)
  const names = [...key.names, ...value.names, updatedAt]
  for (const name of names) quoted(`${what}: column`, name)
  if (new Set(names).size !== names.length) {
    throw new TanagerError('invalid-option', `${what}: a column is named twice`, { value: names.join(', ') })
  }
  return {
    key: { ...key, unique: key.names.length },
    value,
    updatedAt,
    ddl: (table) => {
      if (names.some((name) => name !== updatedAt && types[name] === undefined)) return undefined
      const columns = [...key.names, ...value.names].map(
        (name) => `${quoted('', name)} ${types[name]}${key.names.includes(name) ? ' NOT NULL' : ''}`,
      )
      const primary = key.names.map((name) => quoted('', name)).join(', ')
      return `CREATE TABLE IF NOT EXISTS ${table} (${columns.join(', ')}, ${quoted('', updatedAt)} timestamptz NOT NULL, PRIMARY KEY (${primary}))`
    },
  }
}

/** What an index takes of a text, in bytes, is 2 704 after compression; a character has up to 4. */
const longest = 600

/** Any key and any value, as their codecs write them. */
function plainShape<K, V>({ key, sum: { codec } }: Kept<K, V>, updatedAt: string): Shape<K, V> {
  return {
    key: {
      names: ['key', 'long_key'],
      unique: 1,
      write: (value) => {
        const text = storable(key.encode(value))
        return text.length <= longest ? [text, null] : [digestOf(text), text]
      },
      read: ([text = null, long = null]) => key.decode(restored((long ?? text) as string)),
    },
    value: {
      names: ['value'],
      write: (value) => [storableJson(codec.toJson(value))],
      read: ([text = null]) => codec.fromJson(restoredJson(text as string)),
    },
    updatedAt,
    ddl: (table) =>
      `CREATE TABLE IF NOT EXISTS ${table} (key text COLLATE "C" PRIMARY KEY, long_key text, value jsonb NOT NULL, ${quoted('', updatedAt)} timestamptz NOT NULL)`,
  }
}

/** What a long key is found by. No other key is written like it: what begins with this character has it once more. */
const digestOf = (text: string): string => `\u0001#${createHash('sha256').update(text).digest('hex')}`
