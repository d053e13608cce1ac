import type { Operation, TransformVerb } from '../../core/graph/operator.ts'
import type { Job } from '../../core/job.ts'
import { planOf } from '../../core/plan/index.ts'
import type { Shape } from './outcome.ts'
import type { Place } from './subject.ts'

/** What a verb hands to its function, and what of the answer counts; `unwatched` where there is none of the user's. */
interface Use {
  readonly noun: 'record' | 'key' | 'value' | 'time'
  readonly shape: Shape
}

export const uses: Readonly<Record<TransformVerb, Use | 'unwatched'>> = {
  map: { noun: 'record', shape: 'one' },
  filter: { noun: 'record', shape: 'truth' },
  collect: { noun: 'record', shape: 'one' },
  optionMap: { noun: 'record', shape: 'one' },
  flatMap: { noun: 'record', shape: 'many' },
  mapKeys: { noun: 'key', shape: 'one' },
  mapValues: { noun: 'value', shape: 'one' },
  flatMapKeys: { noun: 'key', shape: 'many' },
  flatMapValues: { noun: 'value', shape: 'many' },
  filterKeys: { noun: 'key', shape: 'truth' },
  filterValues: { noun: 'value', shape: 'truth' },
  collectKeys: { noun: 'key', shape: 'one' },
  collectValues: { noun: 'value', shape: 'one' },
  keyBy: { noun: 'record', shape: 'one' },
  window: { noun: 'time', shape: 'many' },
  keys: 'unwatched',
  values: 'unwatched',
  swap: 'unwatched',
  withTime: 'unwatched',
  // Of the store's aggregation only this runs for every record; the rest has laws and checks of its own.
  prepare: { noun: 'value', shape: 'one' },
}

/** What a function stands in a plan as: an operation of a step, the function of an asynchronous step, a source's timestamp. */
type Subjected = object

/**
 * Where each function of a job stands, by the names that plans and dead letters use. Rules move steps about and make
 * several into one; what they leave alone are the operations they consist of.
 */
export function placesOf(job: Job): (subject: Subjected, verb: string, noun: string, fn?: unknown) => Place {
  const steps = new Map<Subjected, { readonly id: string; readonly among: readonly Operation[] }>()
  for (const { steps: members } of planOf(job).stages) {
    for (const { id, node } of members) {
      if (node.kind === 'source') steps.set(node.slot, { id, among: [] })
      if (node.kind === 'join') steps.set(node.slot, { id, among: [] })
      if (node.kind === 'async') steps.set(node.run, { id, among: [] })
      if (node.kind !== 'transform') continue
      for (const operation of node.operator.operations) steps.set(operation, { id, among: node.operator.operations })
    }
  }
  let order = 0
  return (subject, verb, noun, fn) => {
    // What leads nowhere has no step, and never runs.
    const { id, among } = steps.get(subject) ?? { id: verb, among: [] }
    const store = verb === 'prepare' ? storeOf(job, fn) : undefined
    const label = store === undefined ? labelOf(subject, verb, fn, among) : `prepare of store ${store}`
    return { order: order++, node: id, verb, noun, name: id === verb ? label : `${id}: ${label}` }
  }
}

/** Which store an aggregation's function belongs to, if it is but one. */
function storeOf(job: Job, prepare: unknown): string | undefined {
  const stores = [...job.slots.values()].filter((slot) => slot.kind === 'store' && slot.sum.prepare === prepare)
  return stores.length === 1 ? stores[0]?.name : undefined
}

const plainName = /^[A-Za-z_$][\w$]{0,39}$/

/** As in `map(toPair)`, or `the 2nd map` where there are several without a name. */
function labelOf(subject: Subjected, verb: string, fn: unknown, among: readonly Operation[]): string {
  const name = typeof fn === 'function' ? fn.name : ''
  if (plainName.test(name) && name !== verb) return `${verb}(${name})`
  const alike = among.filter((operation) => operation.verb === verb)
  return alike.length < 2 ? verb : `the ${ordinal(1 + alike.indexOf(subject as Operation))} ${verb}`
}

const ordinal = (n: number): string => {
  const ending = n % 100 > 10 && n % 100 < 14 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th')
  return `${n}${ending}`
}
