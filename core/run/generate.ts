import { assertNever } from '../error.ts'
import type { Operation, Registers, TransformVerb } from '../graph/operator.ts'
import type { StagePlan, Step } from '../plan/plan.ts'
import type { Collector } from './collector.ts'

/** A stage as one function of its own: for each batch, over that batch's registers and collectors. */
export type Generated = (record: Registers, collectors: readonly Collector[]) => Loop

/** Runs all records of a batch through the stage, each by itself. */
export type Loop = (records: readonly unknown[], how: LoopOptions) => void

interface LoopOptions {
  /** What makes a record an element. */
  readonly read: (record: unknown) => unknown
  /** Is told of a record that throws. */
  readonly failed: (index: number, error: unknown) => void
  /** Whether to pass over a record; absent where all are to be run. */
  readonly skips: ((index: number) => boolean) | undefined
}

/**
 * Writes a stage without barriers as one JavaScript function, as Spark and HyPer do for a query. What `compile` composes
 * from closures means the same, a third slower: closures made in one place share what the runtime learns about their
 * calls, so in a process with more than one `map` none of them is ever inlined. The loop over the records is part of the
 * function for the same reason.
 *
 * The text is made of the templates below and of numbered names; users' functions are passed in, never written out, and
 * no data comes near it.
 *
 * @returns undefined where the runtime forbids making code from text; then the closures do it
 */
export function generate(stage: StagePlan): Generated | undefined {
  const known = written.get(stage)
  if (known !== undefined) return known
  const made = write(stage)
  if (made !== undefined) written.set(stage, made)
  return made
}

/** Workers of one process that run the same plan share its code, and what the runtime has learnt about it. */
const written = new WeakMap<StagePlan, Generated>()

function write(stage: StagePlan): Generated | undefined {
  const functions: unknown[] = []
  const source = new Writer(stage, functions).stage()
  try {
    return new Function('functions', source)(functions) as Generated
  } catch (error) {
    if (error instanceof EvalError) return undefined
    throw error
  }
}

/** An element in the generated code: one variable, or a key and a value that need no array as long as nobody asks for it. */
type Element = { readonly is: string } | { readonly key: string; readonly value: string }

const whole = (element: Element): string => ('is' in element ? element.is : `[${element.key}, ${element.value}]`)
const keyIn = (element: Element): string => ('is' in element ? `${element.is}[0]` : element.key)
const valueIn = (element: Element): string => ('is' in element ? `${element.is}[1]` : element.value)

/** The verbs that make several elements of one. */
const several: ReadonlySet<TransformVerb> = new Set(['flatMap', 'flatMapKeys', 'flatMapValues', 'window'])

/** Whether a record does nothing after it has added to its output: then nothing of what it has added is ever taken back. */
function addsLast({ steps }: StagePlan): boolean {
  return steps.every(({ node, readers }, i) => {
    const isEnd = node.kind === 'write' || (node.kind === 'sum' && i > 0)
    const isOne = node.kind !== 'transform' || !node.operator.operations.some(({ verb }) => several.has(verb))
    return isOne && readers.length === (isEnd ? 0 : 1)
  })
}

class Writer {
  readonly #stage: StagePlan
  readonly #functions: unknown[]
  readonly #add: 'add' | 'addLast'
  readonly #lines: string[] = []
  /** How many ways lead to each step: one with several becomes a function, so that code does not grow with the ways. */
  readonly #ways: number[]
  #names = 0

  constructor(stage: StagePlan, functions: unknown[]) {
    this.#stage = stage
    this.#functions = functions
    this.#add = addsLast(stage) ? 'addLast' : 'add'
    this.#ways = stage.steps.map(() => 0)
    for (const { readers } of stage.steps) for (const reader of readers) this.#ways[reader] = (this.#ways[reader] as number) + 1
  }

  stage(): string {
    const { steps, stores, sinks } = this.#stage
    const shared = steps.map((_, i) => i).filter((i) => (this.#ways[i] as number) > 1)
    // Readers stand after those they read, so the last are written first and are there when they are called.
    for (const i of shared.reverse()) {
      this.#line(`const step${i} = (a) => {`)
      this.#body(i, { is: 'a' })
      this.#line('}')
    }
    this.#line('return (records, { read, failed, skips }) => {')
    this.#line('for (let i = 0; i < records.length; i++) {')
    this.#line('if (skips !== undefined && skips(i)) continue')
    this.#line('record.index = i')
    this.#line('try {')
    this.#line('const a = read(records[i])')
    this.#readers(steps[0] as Step, { is: 'a' })
    this.#line('} catch (error) { failed(i, error) }')
    this.#line('}')
    this.#line('}')
    const head = [
      ...[...stores, ...sinks].map((_, i) => `const output${i} = collectors[${i}]`),
      ...this.#functions.map((_, i) => `const f${i} = functions[${i}]`),
    ]
    return ['"use strict"', 'return (record, collectors) => {', ...head, ...this.#lines, '}'].join('\n')
  }

  #line(text: string): void {
    this.#lines.push(text)
  }

  #name(): string {
    return `v${this.#names++}`
  }

  #function(fn: unknown): string {
    this.#functions.push(fn)
    return `f${this.#functions.length - 1}`
  }

  /** Gives a value a name, so that it is computed once, where it stands. */
  #let(expression: string): string {
    const name = this.#name()
    this.#line(`const ${name} = ${expression}`)
    return name
  }

  #readers({ readers }: Step, element: Element): void {
    // Two readers must be handed the same pair.
    const handed: Element = readers.length > 1 && !('is' in element) ? { is: this.#let(whole(element)) } : element
    for (const reader of readers) {
      if ((this.#ways[reader] as number) > 1) {
        this.#line(`step${reader}(${whole(handed)})`)
        continue
      }
      this.#line('{')
      this.#body(reader, handed)
      this.#line('}')
    }
  }

  #body(i: number, element: Element): void {
    const step = this.#stage.steps[i] as Step
    const { node } = step
    switch (node.kind) {
      case 'source':
      case 'merge':
        this.#readers(step, element)
        break
      case 'transform':
        this.#operations(step, node.operator.operations, element)
        break
      case 'sum': {
        const output = this.#stage.stores.indexOf(node.slot.name)
        // Each value is looked at as it comes: one that cannot be written might not show in what the batch comes to.
        const check = this.#function(node.slot.sum.codec.toJson)
        const value = this.#let(valueIn(element))
        this.#line(`${check}(${value})`)
        this.#line(`output${output}.${this.#add}(${keyIn(element)}, ${value}, record.index)`)
        break
      }
      case 'write': {
        const output = this.#stage.stores.length + this.#stage.sinks.indexOf(node.slot.name)
        const item = { is: this.#let(whole(element)) }
        this.#line(`output${output}.${this.#add}(undefined, ${item.is}, record.index)`)
        this.#readers(step, item)
        break
      }
      case 'join':
      case 'async':
      case 'name':
      case 'also':
        throw new Error(`no code for ${node.kind}`)
      default:
        assertNever(node)
    }
  }

  #operations(step: Step, operations: readonly Operation[], element: Element): void {
    let at = element
    let open = 0
    const block = (line: string) => {
      this.#line(`${line} {`)
      open += 1
    }
    const found = (name: string) => block(`if (${name} !== undefined)`)
    for (const { verb, fn } of operations) {
      const f = fn === undefined ? '' : this.#function(fn)
      switch (verb) {
        case 'map':
          at = { is: this.#let(`${f}(${whole(at)})`) }
          break
        case 'filter':
          at = { is: this.#let(whole(at)) }
          block(`if (${f}(${whole(at)}))`)
          break
        case 'collect':
          at = { is: this.#let(`${f}(${whole(at)})`) }
          found(whole(at))
          break
        case 'optionMap': {
          const option = this.#let(`${f}(${whole(at)})`)
          block(`if (${option}._tag === 'Some')`)
          at = { is: this.#let(`${option}.value`) }
          break
        }
        case 'flatMap': {
          const name = this.#name()
          block(`for (const ${name} of ${f}(${whole(at)}))`)
          at = { is: name }
          break
        }
        case 'mapKeys':
          at = { key: this.#let(`${f}(${keyIn(at)})`), value: this.#let(valueIn(at)) }
          break
        case 'mapValues':
        case 'prepare':
          at = { key: this.#let(keyIn(at)), value: this.#let(`${f}(${valueIn(at)})`) }
          break
        case 'flatMapKeys': {
          const value = this.#let(valueIn(at))
          const key = this.#name()
          block(`for (const ${key} of ${f}(${keyIn(at)}))`)
          at = { key, value }
          break
        }
        case 'flatMapValues': {
          const key = this.#let(keyIn(at))
          const value = this.#name()
          block(`for (const ${value} of ${f}(${valueIn(at)}))`)
          at = { key, value }
          break
        }
        case 'filterKeys':
          block(`if (${f}(${keyIn(at)}))`)
          break
        case 'filterValues':
          block(`if (${f}(${valueIn(at)}))`)
          break
        case 'collectKeys': {
          const key = this.#let(`${f}(${keyIn(at)})`)
          found(key)
          at = { key, value: this.#let(valueIn(at)) }
          break
        }
        case 'collectValues': {
          const value = this.#let(`${f}(${valueIn(at)})`)
          found(value)
          at = { key: this.#let(keyIn(at)), value }
          break
        }
        case 'keys':
          at = { is: this.#let(keyIn(at)) }
          break
        case 'values':
          at = { is: this.#let(valueIn(at)) }
          break
        case 'swap':
          at = { key: this.#let(valueIn(at)), value: this.#let(keyIn(at)) }
          break
        case 'keyBy': {
          const value = this.#let(whole(at))
          at = { key: this.#let(`${f}(${value})`), value }
          break
        }
        case 'withTime':
          at = { key: this.#let(whole(at)), value: 'record.time' }
          break
        case 'window': {
          const [key, value] = [this.#let(keyIn(at)), this.#let(valueIn(at))]
          const window = this.#name()
          block(`for (const ${window} of ${f}(record.time))`)
          at = { key: this.#let(`[${key}, ${window}]`), value }
          break
        }
        default:
          assertNever(verb)
      }
    }
    this.#readers(step, at)
    for (; open > 0; open--) this.#line('}')
  }
}
