import { types } from 'node:util'

/**
 * What can be seen of a value at this moment, as plain data that nobody else has a hold of: two portraits are compared
 * with `same`. What is of a class is told by its fields, and by its text, since it may keep its data where nobody can see.
 *
 * @throws whatever a getter throws, and RangeError where a value is too deep
 */
export function portraitOf(value: unknown): unknown {
  return portrayed(value, new Map())
}

const cycle = Object.freeze({ cycle: true })

function portrayed(value: unknown, done: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const known = done.get(value)
  if (known !== undefined) return known
  // Until it is drawn, whoever meets it again has gone round in a circle.
  done.set(value, cycle)
  const portrait = drawn(value, (part) => portrayed(part, done))
  done.set(value, portrait)
  return portrait
}

function drawn(value: object, part: (value: unknown) => unknown): unknown {
  if (types.isDate(value)) return ['date', Date.prototype.getTime.call(value)]
  if (ArrayBuffer.isView(value)) return [nameOf(value), Uint8Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))]
  if (types.isAnyArrayBuffer(value)) return ['buffer', Uint8Array.from(new Uint8Array(value))]
  if (types.isMap(value)) return new Map([...value].map(([key, each]) => [part(key), part(each)]))
  if (types.isSet(value)) return new Set([...value].map(part))
  if (Array.isArray(value)) return [Array.from(value, part), fieldsOf(value, part, (name) => !/^\d+$/.test(name))]
  if (isPlain(value)) return fieldsOf(value, part)
  return [nameOf(value), fieldsOf(value, part), ...faces.map((face) => part(said(value, face)))]
}

type Fields = Readonly<Record<PropertyKey, unknown>>

function fieldsOf(value: object, part: (value: unknown) => unknown, wanted: (name: string) => boolean = () => true): unknown {
  const named = Object.keys(value).filter(wanted)
  const symbols = Object.getOwnPropertySymbols(value).filter((name) => Object.prototype.propertyIsEnumerable.call(value, name))
  return new Map<unknown, unknown>([...named, ...symbols].map((name) => [name, part((value as Fields)[name])]))
}

const faces = ['toJSON', 'valueOf', 'toString'] as const

function said(value: object, face: (typeof faces)[number]): unknown {
  const method = (value as Fields)[face]
  if (typeof method !== 'function' || method === Object.prototype.valueOf || method === Object.prototype.toString) return undefined
  const answer: unknown = method.call(value)
  return answer === value ? undefined : answer
}

function nameOf(value: object): string {
  const type: unknown = (value as Fields).constructor
  return typeof type === 'function' ? type.name : ''
}

/** An object literal, or one without a prototype, of whatever realm. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf'))
}
