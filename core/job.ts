import { TanagerError } from './error.ts'
import { isOutput, type Node } from './graph/node.ts'
import { topological } from './graph/walk.ts'
import type { Producer, Slots, Tail } from './producer/producer.ts'
import { type AnySlot, validName } from './slot/slot.ts'

/** A named set of outputs and all they stand on: a plain value that can be printed, tested and run on any platform. */
export interface Job<out R extends AnySlot = AnySlot> {
  readonly [Slots]: R
  readonly kind: 'job'
  readonly name: string
  readonly tails: readonly Node[]
  /** Every slot the job uses, by name. */
  readonly slots: ReadonlyMap<string, AnySlot>
}

/** A type that is its own compile error text. */
export interface CompileError<Sentence extends string> {
  readonly 'type error': Sentence
}

type MustEnd<P> = P extends Tail<unknown, AnySlot> ? P : CompileError<'a job must end in sumByKey, aggregateByKey or write'>

type SlotsOf<P> = P extends Producer<unknown, infer R> ? R : never

/**
 * Makes producers that end in a sum or a write a job.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 * ```
 *
 * @throws TanagerError `duplicate-slot`, `duplicate-sum`, `no-output`, `no-event-time`, `invalid-name`
 */
export function job<const P extends readonly Producer<unknown, AnySlot>[]>(
  name: string,
  ...tails: { readonly [I in keyof P]: MustEnd<P[I]> } & P
): Job<SlotsOf<P[number]>> {
  const nodes = (tails as readonly Producer<unknown, AnySlot>[]).map((tail) => tail.node)
  const all = topological(nodes)
  if (!all.some(isOutput)) {
    throw new TanagerError('no-output', `job ${name} has no output`, { remedy: 'End it in sumByKey, aggregateByKey or write.' })
  }
  refuseSecondSum(name, all)
  refuseMissingTime(name, all)
  const made = { kind: 'job', name: validName('job', name), tails: Object.freeze(nodes), slots: slotsOf(name, all) } as const
  return Object.freeze(made) as unknown as Job<SlotsOf<P[number]>>
}

export function isJob(value: unknown): value is Job {
  return typeof value === 'object' && value !== null && (value as Job).kind === 'job' && (value as Job).slots instanceof Map
}

function slotsOf(job: string, nodes: readonly Node[]): ReadonlyMap<string, AnySlot> {
  const slots = new Map<string, AnySlot>()
  for (const node of nodes) {
    if (!('slot' in node)) continue
    const before = slots.get(node.slot.name)
    if (before !== undefined && before !== node.slot) {
      throw new TanagerError(
        'duplicate-slot',
        `job ${job} has two slots with the name ${node.slot.name} (${before.kind}, ${node.slot.kind})`,
        {
          remedy: 'Give each slot a name of its own, or use the same slot value in both places.',
        },
      )
    }
    slots.set(node.slot.name, node.slot)
  }
  return slots
}

// What a store passes on could not be told apart if two sums fed it, and merging the producers says the same thing plainly.
function refuseSecondSum(job: string, nodes: readonly Node[]): void {
  const summed = new Set<string>()
  for (const node of nodes) {
    if (node.kind !== 'sum') continue
    if (summed.has(node.slot.name)) {
      throw new TanagerError('duplicate-sum', `job ${job} sums twice into the store ${node.slot.name}`, {
        remedy: 'Merge the producers first: a.merge(b).sumByKey(store).',
      })
    }
    summed.add(node.slot.name)
  }
}

// After a sum there is no one event time: how many records a change holds is the platform's business.
function refuseMissingTime(job: string, nodes: readonly Node[]): void {
  const without = new Map<Node, string>()
  for (const node of nodes) {
    if (node.kind === 'source') {
      if (node.slot.timestamp === undefined) without.set(node, `the source ${node.slot.name} has no timestamp`)
    } else if (node.kind === 'sum') without.set(node, `event time ends at the store ${node.slot.name}`)
    else {
      const inputs = node.kind === 'merge' ? node.inputs : node.kind === 'also' ? [node.result] : [node.input]
      const reason = inputs.map((input) => without.get(input)).find((found) => found !== undefined)
      if (reason === undefined) continue
      if (node.kind === 'transform' && node.operator.needsTime) {
        throw new TanagerError('no-event-time', `job ${job}: ${node.operator.verbs.join('·')} needs event time, but ${reason}`, {
          remedy: 'Give the source a timestamp: source(name, { item, timestamp: (record) => record.at }), and take windows before sums.',
        })
      }
      without.set(node, reason)
    }
  }
}
