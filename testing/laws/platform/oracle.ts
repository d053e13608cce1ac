import { fromNullable, none, type Option, some } from 'fp-ts/lib/Option.js'
import { messageOf } from '../../../core/error.ts'
import type { SourceNode } from '../../../core/graph/node/source.ts'
import type { SumNode } from '../../../core/graph/node/sum.ts'
import { isOutput, type Node, type OutputNode, parentsOf } from '../../../core/graph/node.ts'
import { topological } from '../../../core/graph/walk.ts'
import type { Job } from '../../../core/job.ts'
import type { Inputs } from '../../platform/platform.ts'

interface OracleDeadLetter {
  readonly stream: string
  /** Which node of the graph as written refused the record. */
  readonly node: Node
  /** The record's place in its stream, from 0. */
  readonly index: number
  readonly record: string
  readonly error: string
}

/** What a job should leave behind. */
export interface OracleOutcome {
  readonly stores: Readonly<Record<string, ReadonlyMap<unknown, unknown>>>
  readonly sinks: Readonly<Record<string, readonly unknown[]>>
  readonly deadLetters: readonly OracleDeadLetter[]
}

/**
 * What a job means, told a second time: by pulling from its outputs instead of pushing from its sources, one record at a
 * time, with an array at every step. It shares nothing with the plan and the executor but the nodes themselves, so that
 * a mistake in either shows as a difference between the two.
 *
 * A record has all of its effects within a stage (up to the sums it reaches) or, where anything refuses it, none. What no
 * output pulls is not evaluated. Every element given to a sum is merged, and passed on, by itself; a key whose total is
 * empty is not kept.
 */
export async function oracle(job: Job, inputs: Inputs): Promise<OracleOutcome> {
  const world = new World(job, inputs)
  for (const node of topological(job.tails)) {
    if (node.kind !== 'source') continue
    for await (const item of inputs[node.slot.name] as AsyncIterable<unknown>) await world.accept(node, item)
  }
  return world.outcome()
}

type Root = SourceNode | SumNode

class Refusal {
  readonly node: Node
  readonly error: unknown
  constructor(node: Node, error: unknown) {
    this.node = node
    this.error = error
  }
}

class World {
  readonly #inputs: Inputs
  readonly #outputs: readonly OutputNode[]
  readonly #stores = new Map<string, { readonly node: SumNode; readonly cells: Map<string, { readonly key: unknown; value: unknown }> }>()
  readonly #sinks = new Map<string, unknown[]>()
  readonly #deadLetters: OracleDeadLetter[] = []
  readonly #seen = new Map<Root, number>()
  readonly #stages = new Map<Root, Stage>()

  constructor(job: Job, inputs: Inputs) {
    this.#inputs = inputs
    this.#outputs = topological(job.tails).filter(isOutput)
    for (const node of this.#outputs) {
      if (node.kind === 'sum') this.#stores.set(node.slot.name, { node, cells: new Map() })
      else this.#sinks.set(node.slot.name, [])
    }
  }

  /** One record of a source, or one change of a store, and all that follows from it. */
  async accept(root: Root, item: unknown): Promise<void> {
    const stage = this.#stages.get(root) ?? new Stage(root, this.#outputs, this.#inputs)
    this.#stages.set(root, stage)
    if (stage.outputs.length === 0) return
    const index = this.#seen.get(root) ?? 0
    this.#seen.set(root, index + 1)
    const effects = await stage.effectsOf(item, index).catch((thrown: unknown) => {
      if (thrown instanceof Refusal) return thrown
      throw thrown
    })
    if (effects instanceof Refusal) {
      this.#deadLetters.push({
        stream: root.slot.name,
        node: effects.node,
        index,
        record: this.#write(root, item),
        error: messageOf(effects.error),
      })
      return
    }
    for (const { output, elements } of effects) {
      if (output.kind === 'write') (this.#sinks.get(output.slot.name) as unknown[]).push(...elements)
      else for (const pair of elements) await this.#merge(output, pair as readonly [unknown, unknown])
    }
  }

  async #merge(node: SumNode, [key, delta]: readonly [unknown, unknown]): Promise<void> {
    const { cells } = this.#stores.get(node.slot.name) as { cells: Map<string, { key: unknown; value: unknown }> }
    const { semigroup, isEmpty } = node.slot.sum
    const text = node.slot.key.encode(key)
    const cell = cells.get(text)
    const before: Option<unknown> = cell === undefined ? none : some(cell.value)
    const total = cell === undefined ? delta : semigroup.concat(cell.value, delta)
    if (isEmpty?.(total)) cells.delete(text)
    else cells.set(text, { key, value: total })
    await this.accept(node, [key, { before, delta }])
  }

  #write(root: Root, item: unknown): string {
    if (root.kind === 'source') return root.slot.item.encode(item)
    const [key, { before, delta }] = item as readonly [unknown, { before: Option<unknown>; delta: unknown }]
    const { toJson } = root.slot.sum.codec
    return JSON.stringify([root.slot.key.encode(key), toJson(delta), ...(before._tag === 'None' ? [] : [toJson(before.value)])])
  }

  outcome(): OracleOutcome {
    const stores = [...this.#stores].map(([name, { node, cells }]) => {
      const shown = [...cells.values()].map(({ key, value }) => [key, node.slot.sum.present(value)] as const)
      return [name, new Map(shown)] as const
    })
    return { stores: Object.fromEntries(stores), sinks: Object.fromEntries(this.#sinks), deadLetters: this.#deadLetters }
  }
}

/** What the outputs pull through one source, or through the changes of one store. */
class Stage {
  readonly outputs: readonly OutputNode[]
  readonly #root: Root
  readonly #inputs: Inputs
  /** The nodes between the root and those outputs. */
  readonly #inside = new Set<Node>()
  readonly #timed: boolean

  constructor(root: Root, outputs: readonly OutputNode[], inputs: Inputs) {
    this.#root = root
    this.#inputs = inputs
    const reached = new Map<Node, boolean>([[root, true]])
    const reaches = (node: Node): boolean => {
      const known = reached.get(node)
      if (known !== undefined) return known
      const found = node.kind !== 'sum' && pulledBy(node).filter(reaches).length > 0
      reached.set(node, found)
      if (found) this.#inside.add(node)
      return found
    }
    this.outputs = outputs.filter((output) => output !== root && reaches(output.input))
    this.#timed = [...this.#inside].some((node) => node.kind === 'transform' && node.operator.needsTime)
  }

  async effectsOf(
    item: unknown,
    index: number,
  ): Promise<readonly { readonly output: OutputNode; readonly elements: readonly unknown[] }[]> {
    const { slot } = this.#root
    // Asked of every record where any step may want it, so that whether a record has a time does not depend on filters.
    const time = this.#timed && slot.kind === 'source' ? await at(this.#root, () => timeOf(slot.timestamp, item)) : Number.NaN
    const known = new Map<Node, Promise<readonly unknown[]>>()
    const elementsOf = (node: Node): Promise<readonly unknown[]> => {
      let elements = known.get(node)
      if (elements === undefined) {
        elements = this.#evaluate(node, item, { index, time }, elementsOf)
        known.set(node, elements)
      }
      return elements
    }
    const effects = []
    for (const output of this.outputs) {
      const elements = await elementsOf(output.input)
      for (const element of elements) await at(output, () => checkWritable(output, element))
      effects.push({ output, elements })
    }
    return effects
  }

  async #evaluate(
    node: Node,
    item: unknown,
    record: { index: number; time: number },
    elementsOf: (node: Node) => Promise<readonly unknown[]>,
  ): Promise<readonly unknown[]> {
    if (node === this.#root) return [item]
    if (!this.#inside.has(node)) return []
    const out: unknown[] = []
    for (const parent of pulledBy(node)) {
      for (const element of await elementsOf(parent)) {
        await at(node, async () => {
          if (node.kind === 'transform') node.operator.push((result) => out.push(result), record)(element)
          else if (node.kind === 'async') out.push(...(await node.run(element)))
          else if (node.kind === 'join') {
            const [key, value] = element as readonly [unknown, unknown]
            node.slot.key.encode(key)
            out.push([key, [value, await ask(this.#inputs[node.slot.name], key)]])
          } else out.push(element)
        })
      }
    }
    return out
  }
}

/** Where a node's elements come from; what an `also` ensures gives it none. */
const pulledBy = (node: Node): readonly Node[] => (node.kind === 'also' ? [node.result] : parentsOf(node))

async function at<A>(node: Node, act: () => A | Promise<A>): Promise<A> {
  try {
    return await act()
  } catch (error) {
    throw new Refusal(node, error)
  }
}

function timeOf(timestamp: ((item: unknown) => number) | undefined, item: unknown): number {
  const time = timestamp?.(item)
  if (time === undefined || !Number.isFinite(time)) throw new Error('not a time')
  return time
}

function checkWritable(output: OutputNode, element: unknown): void {
  if (output.kind === 'write') output.slot.item.encode(element)
  else {
    const [key, value] = element as readonly [unknown, unknown]
    output.slot.key.encode(key)
    output.slot.sum.codec.toJson(value)
  }
}

async function ask(answers: unknown, key: unknown): Promise<Option<unknown>> {
  const found = answers instanceof Map ? answers.get(key) : await (answers as (key: unknown) => unknown)(key)
  return fromNullable(found)
}
