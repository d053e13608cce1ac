import { asService, type Service, type ServiceBinding } from '../../core/contract/service.ts'
import { TanagerError } from '../../core/error.ts'
import { asyncNode } from '../../core/graph/node/async.ts'
import { sourceNode } from '../../core/graph/node/source.ts'
import { transformNode } from '../../core/graph/node/transform.ts'
import type { Node } from '../../core/graph/node.ts'
import { compose, type Operation, type Operator } from '../../core/graph/operator.ts'
import { rewrite, topological } from '../../core/graph/walk.ts'
import type { Job } from '../../core/job.ts'
import { operators } from '../../core/producer/lowering.ts'
import type { AnySlot, SourceSlot } from '../../core/slot/slot.ts'
import { watched, watchedAsync } from './drive.ts'
import { type Finding, Findings } from './finding.ts'
import type { Shape } from './outcome.ts'
import { placesOf, uses } from './place.ts'
import { watchedService } from './service.ts'
import { type Place, Subject } from './subject.ts'

export interface ProbeOptions {
  /** For how many records, from the first on, each function is looked at; 1000 unless given. After that it runs as it is. */
  readonly calls?: number
}

/** A job whose functions are looked at while it runs. */
export interface Probed<R extends AnySlot> {
  /** Runs wherever the other one does, and does the same. */
  readonly job: Job<R>
  /** What to bind to a service in the place of what you would: it is asked twice for each key. */
  readonly probedService: <K, W>(name: string, binding: ServiceBinding<K, W>) => Service<K, W>
  /** What was found so far: one of each kind for each function, with the smallest record. */
  readonly findings: () => readonly Finding[]
}

/**
 * The same job, each of its functions called twice for a record: once as it is, and what it answers then is what the job
 * goes on with; and once more with a copy of the record, another time on the clock and other dice. A function that may
 * answer otherwise when it is run again, as it will be after a crash, is a finding, and so is one that changes what it is
 * given or what it has answered before.
 *
 * Looked at are the functions of all verbs, sources' timestamps, what aggregations prepare and, through `probedService`,
 * services; not how aggregations merge, which `checkAggregation` is for. The clock moves for the function on trial only: for nobody else
 * in the process, and not where fake timers stand.
 *
 * ```ts
 * import { codec, job, sink, source } from 'tanager'
 * import { memory } from 'tanager/memory'
 * import { probed } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const numbered = sink('numbered', { item: codec.string })
 * let n = 0
 * const probe = probed(job('numbers', words.map((word) => `${++n} ${word}`).write(numbered)))
 *
 * await memory().on(probe.job).run({ words: ['a'] })
 * const [finding] = probe.findings()
 * // finding.sentence: map answers "1 a", then "2 a", to the same record "a": it keeps something from one call to the next. …
 * ```
 *
 * @throws TanagerError `invalid-option`; `unknown-slot` from `probedService`, for a name the job has no service of
 */
export function probed<R extends AnySlot>(job: Job<R>, { calls = 1000 }: ProbeOptions = {}): Probed<R> {
  if (!Number.isSafeInteger(calls) || calls < 0) {
    throw new TanagerError('invalid-option', 'probed: calls', { value: calls, allowed: 'a whole number from 0' })
  }
  const findings = new Findings()
  const placeOf = placesOf(job)
  const watch = (place: Place, waits = false) => new Subject(place, waits, calls, findings)

  const operatorFor = (operator: Operator): Operator => {
    const steps = operator.operations.map((operation) => watchedOperator(operation, operator))
    return steps.some((step) => step === undefined) ? operator : (steps as Operator[]).reduce(compose)
  }

  function watchedOperator(operation: Operation, whole: Operator): Operator | undefined {
    const { verb, fn } = operation
    const use = uses[verb]
    if (use === 'unwatched' || typeof fn !== 'function') return plainOperator(operation, whole)
    const subject = watch(placeOf(operation, verb, use.noun, verb === 'window' ? undefined : fn))
    const again = watched(subject, use.shape, fn as (argument: unknown) => unknown)
    // A window has a label too, which no operator keeps.
    if (verb === 'window') return operators.window({ label: verb, windowsOf: again as (time: number) => readonly number[] })
    return (operators[verb] as (fn: unknown) => Operator)(again)
  }

  const sources = new Map<AnySlot, SourceSlot<string, unknown>>()
  const sourceFor = (slot: SourceSlot<string, unknown>): SourceSlot<string, unknown> => {
    const { timestamp } = slot
    if (timestamp === undefined) return slot
    const subject = watch(placeOf(slot, 'timestamp', 'record'))
    const made = Object.freeze({ ...slot, timestamp: watched(subject, 'one', timestamp) as (item: unknown) => number })
    sources.set(slot, made)
    return made
  }

  const change = (node: Node): Node => {
    if (node.kind === 'source') {
      const slot = sources.get(node.slot) ?? sourceFor(node.slot)
      return slot === node.slot ? node : sourceNode(slot)
    }
    if (node.kind === 'transform') {
      const operator = operatorFor(node.operator)
      return operator === node.operator ? node : transformNode(node.input, operator)
    }
    if (node.kind === 'async') {
      const shape: Shape = node.verb === 'mapAsync' ? 'only' : 'many'
      const run = watchedAsync(watch(placeOf(node.run, node.verb, 'record'), true), shape, node.run)
      return asyncNode(node.input, node.verb, run, node.concurrency)
    }
    return node
  }

  const tails = Object.freeze(rewrite(job.tails, change))
  const slots = new Map([...job.slots].map(([name, slot]) => [name, sources.get(slot) ?? slot]))
  const services = new Map(
    topological(job.tails).flatMap((node) =>
      node.kind === 'join' ? [[node.slot.name, placeOf(node.slot, 'leftJoin', 'key')] as const] : [],
    ),
  )
  return {
    job: Object.freeze({ ...job, tails, slots }),
    probedService: <K, W>(name: string, binding: ServiceBinding<K, W>) => {
      const place = services.get(name)
      if (place === undefined) {
        throw new TanagerError('unknown-slot', `job ${job.name} has no service ${name}`, { allowed: [...services.keys()].join(', ') })
      }
      const service = asService(name, binding) as Service<unknown, unknown>
      return watchedService(service, name, place, calls, findings) as Service<K, W>
    },
    findings: () => findings.all,
  }
}

/** What has no function of the user's stays as it is, also as part of a step of several. */
function plainOperator({ verb, fn }: Operation, whole: Operator): Operator | undefined {
  if (whole.operations.length === 1) return whole
  switch (verb) {
    case 'keys':
    case 'values':
    case 'swap':
    case 'withTime':
      return operators[verb]
    case 'prepare':
      return operators.prepare(fn as (value: never) => unknown)
    default:
      return undefined
  }
}
