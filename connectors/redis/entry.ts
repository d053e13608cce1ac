import { isUtf8 } from 'node:buffer'
import type { Redis } from 'ioredis'
import { type Received, received, refusal } from './content.ts'

/** An entry of a stream as Redis answers it. Without fields, it was deleted. */
export type Entry = readonly [id: string, fields: readonly string[] | null]

/** How an entry becomes a record: the value of one field, or all of them as an object in JSON. */
export function readerOf(field: string | undefined): (entry: Entry) => Received {
  return field === undefined ? allFields : ([id, fields]) => (fields === null ? deleted(id) : oneField(id, fields, field))
}

const deleted = (id: string): Received =>
  refusal('', `entry ${id} was deleted after it had been given to a reader, and before that had acknowledged it`, undefined)

function oneField(id: string, fields: readonly string[], field: string): Received {
  // Nearly always it is the first.
  const at = fields[0] === field ? 0 : fieldAt(fields, field, 0)
  if (at === -1) {
    const names = fields.filter((_, i) => i % 2 === 0)
    return refusal(JSON.stringify(fields).slice(0, 1000), `entry ${id} has no field ${field}; it has ${names.join(', ').slice(0, 200)}`, id)
  }
  if (fields.length > 2 && fieldAt(fields, field, at + 2) !== -1) return twice(id, fields, field)
  return { text: fields[at + 1] as string, refused: undefined, id }
}

function fieldAt(fields: readonly string[], field: string, from: number): number {
  for (let i = from; i < fields.length; i += 2) if (fields[i] === field) return i
  return -1
}

function allFields([id, fields]: Entry): Received {
  if (fields === null) return deleted(id)
  const parts: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string
    // An object has no place for the second one.
    if (fieldAt(fields, name, i + 2) !== -1) return twice(id, fields, name)
    parts.push(`${JSON.stringify(name)}:${JSON.stringify(fields[i + 1])}`)
  }
  return { text: `{${parts.join(',')}}`, refused: undefined, id }
}

const twice = (id: string, fields: readonly string[], field: string): Received =>
  refusal(JSON.stringify(fields).slice(0, 1000), `entry ${id} has the field ${field} more than once`, id)

/** What ioredis puts where bytes are no UTF-8; and what may, seldom, be there by itself. */
const replacement = '\ufffd'

/** Refuses what is no UTF-8: it was read as text, which is fast, and what looks suspicious is read again as bytes. */
export async function checked(
  client: Redis,
  key: string,
  entries: readonly Entry[],
  read: readonly Received[],
): Promise<readonly Received[]> {
  if (!read.some(({ text }) => text.includes(replacement))) return read
  return await Promise.all(
    read.map(async (each, i) => {
      if (!each.text.includes(replacement)) return each
      const [id] = entries[i] as Entry
      const [found] = await client.xrangeBuffer(key, id, id)
      // Trimmed meanwhile: what it was cannot be known.
      if (found === undefined)
        return refusal(each.text.slice(0, 1000), `entry ${id} may be no UTF-8, and was trimmed before it could be looked at`, id)
      const wrong = (found[1] as unknown as readonly Buffer[]).find((bytes) => !isUtf8(bytes))
      return wrong === undefined ? each : received(wrong, `entry ${id}: a part of it`, id)
    }),
  )
}

/** The entries of the only stream that was asked for, in either shape that ioredis answers in. */
export function entriesOf(reply: unknown): readonly Entry[] {
  if (!Array.isArray(reply) || reply.length === 0) return []
  const [first, second] = reply as readonly unknown[]
  return (Array.isArray(first) ? first[1] : second) as readonly Entry[]
}
