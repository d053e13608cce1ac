import { AsyncLocalStorage } from 'node:async_hooks'
import nodeCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import type { Now, Setting } from './setting.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of the platform, whatever they take.
type AnyFn = (...args: any[]) => any

const settings = new AsyncLocalStorage<Setting>()

/** How much of the world to replace: what is global, or also what is imported from `node:crypto`, which takes a while. */
export type Depth = 'globals' | 'imports'

/** Where the clocks stand, fake timers' too. */
export const nowOf = (): Now => ({ wall: Date.now(), monotonic: performance.now() })

/**
 * Calls a function that is shown another clock and other dice. Nobody else sees them: the replaced functions ask who is
 * calling, and are gone once the last such call has ended.
 */
export function under<A>(setting: Setting, depth: Depth, call: () => A): A {
  const leave = enter(depth)
  try {
    return settings.run(setting, call)
  } finally {
    leave()
  }
}

/** The same for a function that waits: it sees them until its promise settles. */
export async function underAsync<A>(setting: Setting, depth: Depth, call: () => Promise<A>): Promise<A> {
  const leave = enter(depth)
  try {
    return await settings.run(setting, call)
  } finally {
    leave()
  }
}

/** Functions that stand in for others as long as somebody needs them. */
class Layer {
  readonly #replace: () => readonly (() => void)[]
  #users = 0
  #restore: readonly (() => void)[] = []

  constructor(replace: () => readonly (() => void)[]) {
    this.#replace = replace
  }

  enter(): void {
    this.#users += 1
    if (this.#users === 1) this.#restore = this.#replace()
  }

  leave(): void {
    this.#users -= 1
    if (this.isUsed) return
    for (const restore of this.#restore.toReversed()) restore()
    this.#restore = []
  }

  get isUsed(): boolean {
    return this.#users > 0
  }
}

const globals = new Layer(() => [
  replace(globalThis, 'Date', dateOf),
  replace(performance, 'now', (real) => asking(real, (setting) => setting.monotonic('performance.now'))),
  replace(process, 'hrtime', hrtimeOf),
  replace(Math, 'random', (real) => asking(real, (setting) => setting.random('Math.random'))),
  ...('crypto' in globalThis ? drawing(globalThis.crypto, 'crypto.', ['randomUUID', 'getRandomValues']) : []),
])

const imports = new Layer(() => {
  const restore = drawing(nodeCrypto, '', ['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync'])
  // What was imported by name is told of it.
  syncBuiltinESMExports()
  return [syncBuiltinESMExports, ...restore]
})

function enter(depth: Depth): () => void {
  const layers = depth === 'imports' ? [globals, imports] : [globals]
  for (const layer of layers) layer.enter()
  return () => {
    for (const layer of layers) layer.leave()
    // Once it is used, every promise of the process is followed for it, until it is told that nobody asks any more.
    if (!globals.isUsed) settings.disable()
  }
}

/**
 * What we put there, and in whose place. Fake timers that come while a function waits take ours for the real one and put
 * it back when they go; by itself it does as the real one does, and it goes the next time something is replaced.
 */
const ours = new WeakMap<WeakKey, unknown>()

/** Puts something in the place of a function, and answers how to put it back. */
function replace(target: object, name: string, make: (real: AnyFn) => unknown): () => void {
  const found = Object.getOwnPropertyDescriptor(target, name)
  const current: unknown = Reflect.get(target, name)
  const real = ours.get(current as WeakKey) ?? current
  const before = found !== undefined && real !== current ? { ...found, value: real } : found
  if (typeof real !== 'function' || before?.configurable === false) return () => {}
  const value = make(real as AnyFn) as object
  const placed = Reflect.defineProperty(target, name, {
    value,
    writable: true,
    enumerable: before?.enumerable ?? false,
    configurable: true,
  })
  if (!placed) return () => {}
  ours.set(value, real)
  return () => {
    // Fake timers, say, may have come or gone meanwhile: what they put there is theirs.
    if (Object.getOwnPropertyDescriptor(target, name)?.value !== value) return
    if (before === undefined) Reflect.deleteProperty(target, name)
    else Object.defineProperty(target, name, before)
  }
}

const asking = (real: AnyFn, answer: (setting: Setting, args: readonly unknown[]) => unknown): AnyFn =>
  function (this: unknown, ...args) {
    const setting = settings.getStore()
    return setting === undefined ? Reflect.apply(real, this, args) : answer(setting, args)
  }

/** A proxy, so that all else about Date is as it was, whoever has put it there. */
function dateOf(real: AnyFn): unknown {
  return new Proxy(real, {
    apply: (target, self, args) => {
      const setting = settings.getStore()
      return setting === undefined ? Reflect.apply(target, self, args) : String(Reflect.construct(target, [setting.wall('Date')]))
    },
    construct: (target, args, newTarget) => {
      const setting = settings.getStore()
      const given = args.length === 0 && setting !== undefined ? [setting.wall('new Date')] : args
      return Reflect.construct(target, given, newTarget)
    },
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      if (name !== 'now' || typeof value !== 'function') return value
      return asking(value.bind(target), (setting) => setting.wall('Date.now'))
    },
  })
}

function hrtimeOf(real: AnyFn): unknown {
  const parts = (setting: Setting, [since]: readonly unknown[]) => {
    const ms = setting.monotonic('process.hrtime')
    const [seconds, nanoseconds] = [Math.floor(ms / 1000), Math.floor((ms % 1000) * 1e6)]
    if (!Array.isArray(since)) return [seconds, nanoseconds]
    const [s, n] = [seconds - since[0], nanoseconds - since[1]]
    return n < 0 ? [s - 1, n + 1e9] : [s, n]
  }
  const { bigint } = real as unknown as { readonly bigint: AnyFn }
  const exact = asking(bigint, (setting) => BigInt(Math.floor(setting.monotonic('process.hrtime') * 1e6)))
  return Object.assign(asking(real, parts), { bigint: exact })
}

type Drawn = (setting: Setting, name: string, args: readonly unknown[]) => unknown

const draws: Readonly<Record<string, Drawn>> = {
  randomUUID: (setting, name) => uuidOf(setting, name),
  getRandomValues: (setting, name, [view]) => filled(setting, name, view as ArrayBufferView),
  randomFillSync: (setting, name, [view, offset = 0, size]) => {
    const bytes = bytesOf(view as ArrayBufferView)
    setting.fill(name, bytes.subarray(offset as number, size === undefined ? undefined : (offset as number) + (size as number)))
    return view
  },
  randomBytes: (setting, name, [size]) => filled(setting, name, Buffer.alloc(size as number)),
  randomInt: (setting, name, [a, b]) => {
    const [min, max] = typeof b === 'number' ? [a as number, b] : [0, a as number]
    return min + Math.floor(setting.random(name) * (max - min))
  },
}

function drawing(target: object, prefix: string, names: readonly string[]): readonly (() => void)[] {
  return names.map((name) =>
    replace(
      target,
      name,
      (real) =>
        function (this: unknown, ...args: unknown[]) {
          const setting = settings.getStore()
          // Who is called back is answered later, by then out of reach.
          if (setting === undefined || typeof args.at(-1) === 'function') return Reflect.apply(real, this, args)
          return (draws[name] as Drawn)(setting, `${prefix}${name}`, args)
        },
    ),
  )
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength)

function filled<A extends ArrayBufferView>(setting: Setting, name: string, view: A): A {
  setting.fill(name, bytesOf(view))
  return view
}

function uuidOf(setting: Setting, name: string): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(setting.random(name) * 16).toString(16)).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}
