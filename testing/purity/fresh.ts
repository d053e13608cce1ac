import { types } from 'node:util'
import { shown } from '../compare/shown.ts'
import { isPlain } from './portrait.ts'

/** A copy to hand to a function in the place of the value it was made of. */
export interface Fresh {
  readonly value: unknown
  /** Whether something in it could not be copied, and is the same object: what is of a class is not ours to take apart. */
  readonly shares: boolean
  /** Whether something in it can be read but once, as an iterator: then no two functions can be given it. */
  readonly once: boolean
  /** How the value is written down, as it was when it was copied. */
  readonly text: () => string
}

/**
 * The same data anew. No function should be able to tell it from the original: parts that are one object are one again,
 * circles close, what was frozen is frozen, arrays keep their holes and objects their symbols and getters. `copyOf` is for
 * values that a codec writes; here it is anything that may pass from one function to the next.
 *
 * @throws whatever a proxy throws, and RangeError where a value is too deep
 */
export function freshOf(value: unknown): Fresh {
  const copier = new Copier()
  const copy = copier.copy(value)
  // What is shared may have changed by the time somebody asks.
  const text = copier.shares ? shown(value) : undefined
  return { value: copy, shares: copier.shares, once: copier.once, text: () => text ?? shown(copy) }
}

class Copier {
  shares = false
  once = false
  readonly #done = new Map<object, object>()

  copy(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    const known = this.#done.get(value)
    if (known !== undefined) return known
    const copy = this.#begun(value)
    this.#done.set(value, copy)
    if (copy === value) return value
    this.#fill(value, copy)
    return likewise(value, copy)
  }

  /** An object of the same kind, with nothing in it yet; or the same one. */
  #begun(value: object): object {
    if (types.isProxy(value)) return this.#shared(value)
    if (Array.isArray(value) && isBuiltIn(value)) return Object.setPrototypeOf(new Array(value.length), Object.getPrototypeOf(value))
    if (isPlain(value) && !isIterator(value)) return Object.create(Object.getPrototypeOf(value))
    if (types.isDate(value) && isBuiltIn(value))
      return Object.setPrototypeOf(new Date(Date.prototype.getTime.call(value)), Object.getPrototypeOf(value))
    if (types.isMap(value) && isBuiltIn(value)) return Object.setPrototypeOf(new Map(), Object.getPrototypeOf(value))
    if (types.isSet(value) && isBuiltIn(value)) return Object.setPrototypeOf(new Set(), Object.getPrototypeOf(value))
    if (types.isTypedArray(value)) return Uint8Array.prototype.slice.call(value)
    return this.#shared(value)
  }

  #shared(value: object): object {
    this.shares = true
    if (isIterator(value)) this.once = true
    return value
  }

  #fill(value: object, copy: object): void {
    if (types.isMap(value)) for (const [key, each] of value) (copy as Map<unknown, unknown>).set(this.copy(key), this.copy(each))
    if (types.isSet(value)) for (const each of value) (copy as Set<unknown>).add(this.copy(each))
    // The elements are there already, and there may be a million of them.
    if (types.isTypedArray(value)) return
    for (const name of Reflect.ownKeys(value)) {
      if (name === 'length' && Array.isArray(value)) continue
      const field = Object.getOwnPropertyDescriptor(value, name) as PropertyDescriptor
      Object.defineProperty(copy, name, 'value' in field ? { ...field, value: this.copy(field.value) } : field)
    }
  }
}

function likewise(value: object, copy: object): object {
  // Arrays of bytes cannot be frozen, and are extensible.
  if (types.isTypedArray(value) || Object.isExtensible(value)) return copy
  if (Object.isFrozen(value)) return Object.freeze(copy)
  return Object.isSealed(value) ? Object.seal(copy) : Object.preventExtensions(copy)
}

/** Of the class itself, not of one that extends it. */
const isBuiltIn = (value: object): boolean =>
  Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf(value)) ?? Object.prototype) === null

const isIterator = (value: object): boolean => {
  const { next, getReader } = value as { readonly next?: unknown; readonly getReader?: unknown }
  return typeof next === 'function' || typeof getReader === 'function' || Symbol.asyncIterator in value
}
