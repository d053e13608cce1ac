import fc from 'fast-check'
import { isJob, type Job, job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import type { Comparison } from '../determined.ts'
import type { EmissionSink } from '../emission.ts'
import { Choices } from './job/choices.ts'
import { exactVerbs, keyedVerbs, sumExact, writeExact } from './job/exact.ts'
import { digest, named, prelude } from './job/expression.ts'
import { type Exact, type Flow, isKeyed } from './job/flow.ts'
import { changesVerbs, foldedVerbs, sumFolded, writeChanges, writeFolded } from './job/folded.ts'
import { type Features, Program } from './job/program.ts'
import { codecOf, integer, pair, type Shape, str } from './job/shape.ts'
import { summingPrelude } from './job/summing.ts'
import { goOn, type Verb } from './job/verb.ts'

/** A job, what to feed it, and what of its outcome every platform must agree on. */
export interface GeneratedJob {
  readonly job: Job
  /** Records by source, answers by service: what `memory().on(job).run(inputs)` takes. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** The program a user would have written. */
  readonly description: string
  /** Give it to `determined`. */
  readonly comparison: Comparison
  /** Sinks that were given a store's changes as they are: what `emissionFaults` takes. */
  readonly emissionSinks: readonly EmissionSink[]
}

export interface JobOptions extends Partial<Features> {
  /** How many steps at most, before every open end is given an output. */
  readonly steps?: number
  /** How many records a source has at most. */
  readonly records?: number
}

/**
 * Random jobs whose outcome is determined: by what the job says, not by how a platform cuts its input into batches, in
 * what order it runs them, or how often a sum tells of its changes. What may stand where, and why, is written down at the
 * three kinds of `Flow` (`job/flow.ts`).
 *
 * Left out, because nothing says what should happen: keys that a service's codec refuses, aggregations that throw, sums
 * that overflow, services that fail.
 */
export function arbitraryJob({ steps = 16, records = 60, ...features }: JobOptions = {}): fc.Arbitrary<GeneratedJob> {
  const all: Features = {
    failures: true,
    unwritable: true,
    waiting: true,
    joins: true,
    ordered: true,
    every: true,
    emptying: true,
    ...features,
  }
  return fc
    .record({
      sources: fc.array(arbitrarySource(records, all), { minLength: 1, maxLength: 3 }),
      steps: fc.array(numbers(12), { maxLength: steps, size: 'max' }),
      ends: numbers(60),
    })
    .map((drawn) => build(drawn, all))
}

const numbers = (length: number) => fc.array(fc.noBias(fc.nat(0xffff)), { minLength: length, maxLength: length })

interface DrawnSource {
  readonly shape: Shape
  readonly items: readonly unknown[]
  readonly time: 'none' | 'always' | 'mostly'
}

// What has broken somebody's keys, JSON or scripts before.
const hostile = [
  '',
  '\0',
  '\n',
  '"',
  '\\',
  '__proto__',
  'constructor',
  '[]',
  '{}',
  'null',
  '0',
  '-0',
  '\u2028',
  '🐦',
  'a b',
  ':',
  '%',
  'é',
  'e\u0301',
]

const ints = fc.integer({ min: -20, max: 20 })
const texts = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'ab', 'bad', 'k0', 'k1') },
  { weight: 1, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ maxLength: 4, unit: 'binary' }) },
)

function arbitrarySource(records: number, { failures }: Features): fc.Arbitrary<DrawnSource> {
  const time = fc.constantFrom<DrawnSource['time']>('none', 'always', 'always', failures ? 'mostly' : 'always')
  const of = (shape: Shape, items: fc.Arbitrary<unknown>) =>
    fc.record({ shape: fc.constant(shape), items: fc.array(items, { maxLength: records, size: 'max' }), time })
  return fc.oneof(
    { weight: 2, arbitrary: of(pair(str, integer), fc.tuple(texts, ints)) },
    { weight: 1, arbitrary: of(integer, ints) },
    { weight: 1, arbitrary: of(str, texts) },
  )
}

interface Drawn {
  readonly sources: readonly DrawnSource[]
  readonly steps: readonly (readonly number[])[]
  readonly ends: readonly number[]
}

function build({ sources, steps, ends }: Drawn, features: Features): GeneratedJob {
  const program = new Program(features)
  for (const drawn of sources) addSource(program, drawn)
  for (const numbers of steps) {
    const choices = new Choices(numbers)
    // Mostly the newest, so that chains grow; what was there for longer makes branches.
    const back = choices.below(3 * program.flows.length)
    follow(program, program.flows[program.flows.length - 1 - back] ?? (program.flows.at(-1) as Flow), choices)
  }
  const tails = close(program, new Choices(ends))
  const made = job('random', ...(tails.map(({ producer }) => producer) as never[])) as unknown as Job
  if (!isJob(made)) throw new Error('unreachable: job answers a job')
  const uses = ({ slot }: { readonly slot: { readonly name: string } }) => made.slots.has(slot.name)
  const inputs = Object.fromEntries(Object.entries(program.inputs).filter(([name]) => made.slots.has(name)))
  const names = tails.map(({ name }) => name)
  const description = describe(program.linesFor(names), names, inputs)
  return {
    job: made,
    inputs,
    description,
    comparison: { stores: program.stores.filter(uses), sinks: program.sinks.filter(uses) },
    emissionSinks: program.emissions.filter(({ sink }) => made.slots.has(sink)),
    [fc.toStringMethod]: () => description,
  } as GeneratedJob
}

function addSource(program: Program, { shape, items, time }: DrawnSource): void {
  const name = program.fresh('in')
  const { codec, text } = codecOf(shape)
  const timestamp = {
    none: undefined,
    always: named('(x) => digest(x) * 700 - 20000', (x: unknown) => digest(x) * 700 - 20_000),
    mostly: named('(x) => (digest(x) % 11 === 0 ? NaN : digest(x) * 700)', (x: unknown) =>
      digest(x) % 11 === 0 ? Number.NaN : digest(x) * 700,
    ),
  }[time] as ((x: unknown) => number) | undefined
  const producer = source(name, { item: codec, ...(timestamp && { timestamp }) })
  program.inputs[name] = items
  const state = {
    kind: 'exact',
    shape,
    order: 'all',
    timed: time !== 'none',
    roots: new Set([name]),
    width: 1,
    depth: 0,
    mayFail: true,
    ended: false,
  } as const
  const code = `source('${name}', { item: ${text}${timestamp === undefined ? '' : `, timestamp: ${timestamp.name}`} })`
  program.declare(name, code)
  program.flows.push({ ...state, name, producer } as Exact)
}

function follow(program: Program, flow: Flow, choices: Choices): void {
  if (flow.kind === 'changes') goOn(changesVerbs, program, flow, choices)
  else if (flow.kind === 'folded') goOn(foldedVerbs, program, flow, choices)
  else if (isKeyed(flow))
    goOn<typeof flow>([...keyedVerbs, ...(exactVerbs as readonly Verb<Exact>[] as readonly Verb<typeof flow>[])], program, flow, choices)
  else goOn(exactVerbs, program, flow, choices)
}

/** Gives every open end an output, or leaves it ensured by another tail though it leads nowhere, or out. */
function close(program: Program, choices: Choices): readonly Flow[] {
  const tails: Flow[] = []
  for (const flow of program.unread) {
    // A sum is an output by itself; mostly what it passes on is looked at too.
    if (flow.ended && (flow.kind !== 'changes' || choices.once(3))) tails.push(flow)
    else if (!flow.ended && tails.length > 0 && choices.once(8)) {
      const tail = tails.pop() as Flow
      const [name, producer] = [program.fresh('x'), flow.producer.also(tail.producer)]
      program.declare(name, `${flow.name}.also(${tail.name})`)
      tails.push({ ...tail, name, producer })
    } else if (flow.ended || tails.length === 0 || !choices.once(8)) {
      end(program, flow, choices)
      tails.push(program.flows.at(-1) as Flow)
    }
  }
  return tails
}

function end(program: Program, flow: Flow, choices: Choices): void {
  const sums = choices.once(2)
  if (flow.kind === 'changes') writeChanges(program, flow)
  else if (flow.kind === 'folded') sums && flow.depth < 3 ? sumFolded(program, flow, choices) : writeFolded(program, flow)
  else if (isKeyed(flow) && sums && flow.depth < 3) sumExact(program, flow, choices)
  else writeExact(program, flow, choices)
}

function describe(lines: readonly string[], tails: readonly string[], inputs: Readonly<Record<string, unknown>>): string {
  const bound = Object.entries(inputs).map(
    ([name, value]) => `  ${name}: ${typeof value === 'function' ? value.name : fc.stringify(value)},`,
  )
  const program = [...lines, `const random = job('random', ${tails.join(', ')})`, 'const inputs = {', ...bound, '}']
  // Of what may be called, what is: by the program, or by something else that is.
  for (const line of vocabulary.toReversed()) {
    const name = /^const (\w+)/.exec(line)?.[1] ?? ''
    if (new RegExp(`\\b${name}\\b(?!:)`).test(program.join('\n'))) program.unshift(line)
  }
  return `\n${program.join('\n')}\n`
}

const vocabulary = [prelude, summingPrelude].flatMap((text) => text.split(/\n(?=const)/))
