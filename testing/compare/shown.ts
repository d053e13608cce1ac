import { isPlainObject } from '../../core/codec/plain.ts'
import { preview } from '../../core/error.ts'

const longest = 120

/** A value as a person would write it down, on one line and not too long. */
export function shown(value: unknown): string {
  try {
    return clipped(textOf(value, 0))
  } catch {
    return preview(value)
  }
}

export const clipped = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)

const visible = /^[!-~](?:[ -~]*[!-~])?$/

/** A text as it is written, or in quotes if it would not be seen for what it is. */
export const written = (text: string): string => clipped(visible.test(text) ? text : JSON.stringify(text))

/** Whether `shown` shows all there is. */
export function isShowable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (ArrayBuffer.isView(value)) return false
  if (value instanceof Date) return true
  if (Array.isArray(value) || value instanceof Set) return [...value].every(isShowable)
  if (value instanceof Map) return [...value].flat().every(isShowable)
  return isPlainObject(value) && Object.values(value).every(isShowable)
}

const plainName = /^[A-Za-z_$][\w$]*$/
const deepest = 40

function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.length > longest ? value.slice(0, longest) : value)
  if (typeof value === 'number' && Object.is(value, -0)) return '-0'
  if (typeof value !== 'object' || value === null) return preview(value)
  if (depth > deepest) return '…'
  // No more of them than fit.
  const list = (items: Iterable<unknown>) =>
    [...items]
      .slice(0, longest)
      .map((item) => textOf(item, depth + 1))
      .join(', ')
  if (Array.isArray(value)) return `[${list(value)}]`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString()
  if (ArrayBuffer.isView(value)) return bytes(value)
  if (value instanceof Set) return `Set {${list(value)}}`
  if (value instanceof Map) {
    const pairs = [...value].slice(0, longest).map(([key, each]) => `${textOf(key, depth + 1)} => ${textOf(each, depth + 1)}`)
    return `Map {${pairs.join(', ')}}`
  }
  if (!isPlainObject(value)) return preview(value)
  if (value._tag === 'None') return 'none'
  if (value._tag === 'Some') return `some(${textOf(value.value, depth + 1)})`
  // Methods are no data.
  const data = Object.entries(value).filter(([, each]) => typeof each !== 'function')
  const fields = data.map(([name, each]) => `${plainName.test(name) ? name : JSON.stringify(name)}: ${textOf(each, depth + 1)}`)
  return `{${fields.join(', ')}}`
}

function bytes(view: ArrayBufferView): string {
  const head = new Uint8Array(view.buffer, view.byteOffset, Math.min(view.byteLength, 16))
  const digits = Array.from(head, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return `${view.byteLength} ${view.byteLength === 1 ? 'byte' : 'bytes'} <${digits}${view.byteLength > 16 ? ' …' : ''}>`
}
