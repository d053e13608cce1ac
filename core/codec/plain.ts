import { cannotDecode, cannotEncode, type Json } from './codec.ts'
import { element, field, inside } from './inside.ts'
import { isWellFormed } from './wellformed.ts'

/** Where a value is not plain JSON, and what would be. */
interface Fault {
  readonly path: string
  readonly value: unknown
  readonly allowed: string
}

// Well under the depth at which JSON.stringify runs out of stack, so that the answer never depends on who calls. A cycle
// ends here too, which makes it cheap to find: no set of visited objects on the way.
const maxDepth = 500

/** The value itself if it is plain JSON, else the error of the codec `id`, with the path to what is not. */
export function plain(code: 'encode' | 'decode', id: string, value: unknown): Json {
  const error = code === 'encode' ? cannotEncode : cannotDecode
  let fault: Fault | undefined
  try {
    fault = faultOf(value)
  } catch (cause) {
    throw error(id, value, 'an object whose fields can be read', cause)
  }
  if (fault === undefined) return value as Json
  const origin = error(id, fault.value, fault.allowed)
  throw fault.path === '' ? origin : inside(code, id, fault.path, origin)
}

/**
 * The first place where `JSON.parse(JSON.stringify(value))` would not be `value`; nothing if there is none. One pass, no
 * allocation as long as all is well: it costs about a sixth of the `JSON.stringify` that follows it.
 */
function faultOf(value: unknown, depth = 0): Fault | undefined {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? undefined : { path: '', value, allowed: 'text without lone surrogates' }
    case 'number':
      return Number.isFinite(value) ? undefined : { path: '', value, allowed: 'finite numbers: JSON has no other' }
    case 'boolean':
      return undefined
    case 'object':
      if (value === null) return undefined
      if (depth === maxDepth) return { path: '', value, allowed: `at most ${maxDepth} levels, and no cycles` }
      return faultOfObject(value, depth + 1)
    case 'undefined':
      return { path: '', value, allowed: 'plain JSON; for undefined leave the field out or write null' }
    default:
      return { path: '', value, allowed: `plain JSON, which has no ${typeof value}` }
  }
}

function faultOfObject(value: object, depth: number): Fault | undefined {
  const array = isPlainArray(value)
  if (!(array || isPlainObject(value)) || typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    return { path: '', value, allowed: 'plain objects and arrays; one of a class or with toJSON would come back as something else' }
  }
  return array ? faultOfElements(value, depth) : faultOfFields(value as Record<string, unknown>, depth)
}

function faultOfElements(value: readonly unknown[], depth: number): Fault | undefined {
  for (let i = 0; i < value.length; i++) {
    const fault = faultOf(value[i], depth)
    if (fault !== undefined) return { ...fault, path: element(i) + fault.path }
  }
  return undefined
}

function faultOfFields(value: Readonly<Record<string, unknown>>, depth: number): Fault | undefined {
  // `for in` is the fastest walk, but it also meets what somebody hung on Object.prototype, which JSON does not write.
  for (const name in value) {
    const fault = isWellFormed(name) ? faultOf(value[name], depth) : { path: '', value: name, allowed: 'names without lone surrogates' }
    if (fault !== undefined && Object.hasOwn(value, name)) return { ...fault, path: field(name) + fault.path }
  }
  return undefined
}

/** An object literal, an object without a prototype, or either from another realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
}

/** An array of no subclass. `Array.prototype` is itself an array in every realm, a subclass's prototype is not. */
function isPlainArray(value: object): value is readonly unknown[] {
  return Array.isArray(value) && Array.isArray(Object.getPrototypeOf(value))
}

/** Sets a field as JSON.parse does: an assignment to `__proto__` would set the prototype. */
export function put<A>(target: Record<string, A>, name: string, value: A): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
  else target[name] = value
}
