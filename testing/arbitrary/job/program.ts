import type { Codec } from '../../../core/codec/codec.ts'
import { type ServiceSlot, type SinkSlot, type StoreSlot, service, sink, store } from '../../../core/slot/slot.ts'
import type { Comparison, SinkComparison } from '../../laws/platform/determined.ts'
import type { EmissionSink } from '../../laws/platform/emission.ts'
import type { Choices } from './choices.ts'
import { type Bad, bad, digest, type Fn, named } from './expression.ts'
import type { Flow, Next } from './flow.ts'
import type { Link } from './link.ts'
import { codecOf, integer, type Shape } from './shape.ts'
import type { Summing } from './summing.ts'

/** What a generated job may contain beyond the plainest: all of it, unless told. */
export interface Features {
  /** Functions that throw, and times that are none. */
  readonly failures: boolean
  /** Keys, values and items that their codec refuses. */
  readonly unwritable: boolean
  /** mapAsync and flatMapAsync. */
  readonly waiting: boolean
  /** leftJoin and lookup. */
  readonly joins: boolean
  /** Aggregations that do not commute. */
  readonly ordered: boolean
  /** Sums that emit for every element. */
  readonly every: boolean
  /** Stores that keep no key whose total is zero. */
  readonly emptying: boolean
}

type StoreAggregation = StoreSlot<string, unknown, unknown, unknown, unknown>['sum']

/** A job as it is being written: what there is so far, and the lines a user would have typed for it. */
export class Program {
  readonly features: Features
  readonly flows: Flow[] = []
  readonly inputs: Record<string, unknown> = {}
  readonly emissions: EmissionSink[] = []
  readonly stores: Comparison['stores'][number][] = []
  readonly sinks: SinkComparison[] = []
  readonly #services: { readonly slot: ServiceSlot<string, unknown, number>; readonly shape: Shape }[] = []
  readonly #lines = new Map<string, string>()
  readonly #read = new Set<string>()
  #count = 0

  constructor(features: Features) {
    this.features = features
  }

  fresh(prefix: string): string {
    this.#count += 1
    return `${prefix}${this.#count}`
  }

  declare(name: string, text: string): void {
    this.#lines.set(name, `const ${name} = ${text}`)
  }

  /** One more flow, like the one it starts from but for what is said in `next`. */
  step<F extends Flow>(from: F, { code, producer, read }: Link, next: Next<F> = {}): void {
    this.grow({ ...from, ended: false, ...next }, { code, producer, read })
  }

  /** One more flow. It gets a name, so that others can read it. */
  grow<F extends Flow>(state: Omit<F, 'name' | 'producer'>, { code, producer, read }: Link): void {
    for (const name of read) this.#read.add(name)
    const name = this.fresh('x')
    this.declare(name, code)
    this.flows.push({ ...state, name, producer } as unknown as F)
  }

  get unread(): readonly Flow[] {
    return this.flows.filter(({ name }) => !this.#read.has(name))
  }

  /** What a function given to this flow should throw for, if it should; or what should become something that has no text. */
  refused(flow: Flow, choices: Choices, feature: 'failures' | 'unwritable' = 'failures'): Bad | undefined {
    return choices.once(10) && flow.mayFail && this.features[feature] ? bad(choices) : undefined
  }

  sink(
    item: { readonly codec: Codec<unknown>; readonly text: string },
    compared: (slot: SinkSlot<string, unknown>) => SinkComparison,
  ): SinkSlot<string, unknown> {
    const name = this.fresh('out')
    const slot = sink(name, { item: item.codec })
    this.declare(name, `sink('${name}', { item: ${item.text} })`)
    this.sinks.push(compared(slot))
    return slot
  }

  /** @param zeros whether a key that comes to zero counts as there */
  store(key: Shape, { aggregation, text }: Summing, zeros: boolean, prepare?: Fn): StoreSlot<string, unknown, unknown, unknown, unknown> {
    const name = this.fresh('sum')
    const sum = (prepare === undefined ? aggregation : Object.freeze({ ...aggregation, prepare })) as StoreAggregation
    const written = prepare === undefined ? text : `{ ...${text}, prepare: ${prepare.name} }`
    const slot = store(name, { key: codecOf(key).codec, sum })
    this.declare(name, `store('${name}', { key: ${codecOf(key).text}, sum: ${written} })`)
    this.stores.push({ slot, zeros })
    return slot
  }

  /** A service that answers keys of this shape: one there already, or a new one. */
  service(shape: Shape, choices: Choices): ServiceSlot<string, unknown, number> {
    const known = this.#services.find((other) => other.shape.text === shape.text)
    if (known !== undefined && !choices.once(3)) return known.slot
    const name = this.fresh('ask')
    const key = codecOf(shape)
    const slot = service(name, { key: key.codec, value: codecOf(integer).codec }) as ServiceSlot<string, unknown, number>
    this.declare(name, `service('${name}', { key: ${key.text}, value: codec.int })`)
    this.#services.push({ slot, shape })
    this.inputs[name] = answers(shape, choices)
    return slot
  }

  /** The lines that the given names stand on, in order. */
  linesFor(names: readonly string[]): readonly string[] {
    const needed = new Set(names)
    const kept: string[] = []
    for (const [name, line] of [...this.#lines].reverse()) {
      if (!needed.has(name)) continue
      kept.unshift(line)
      for (const [word] of line.matchAll(/\b(?:x|in|out|sum|ask)\d+\b/g)) needed.add(word)
    }
    return kept
  }
}

function answers(shape: Shape, choices: Choices): unknown {
  const modulus = choices.pick([3, 2, 5])
  const of = (key: unknown) => (digest(key) % modulus === 0 ? undefined : digest(key) % 10)
  const text = `digest(key) % ${modulus} === 0 ? undefined : digest(key) % 10`
  if (choices.once(3)) return named(`async (key) => (${text})`, async (key: unknown) => of(key))
  // A Map finds only keys that are their own identity.
  if (shape.kind === 'int' && choices.once(2)) return new Map([1, 2, 3, 5, 8].map((key) => [key, digest(key) % 10]))
  if (shape.kind === 'str' && choices.once(2)) return new Map(['a', 'b', 'k0', 'k1', ''].map((key) => [key, digest(key) % 10]))
  return named(`(key) => (${text})`, of)
}
