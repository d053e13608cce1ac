import type { Job } from '../../../core/job.ts'
import { planOf } from '../../../core/plan/index.ts'
import type { AnySink, AnyStore, Plan, StagePlan } from '../../../core/plan/plan.ts'

/**
 * What of a sink does not depend on how a platform cuts and orders its work:
 * - `items`: everything, as a bag;
 * - `deltas`: of a store's changes each delta, since it tells of every element; not what was there before, which depends
 *   on the order in which elements came;
 * - `totals`: of a store's changes what those of each key come to, in whatever pieces;
 * - `keys`: of a store's changes only which keys it told of: its aggregation does not commute, and a sink has no order;
 * - `nothing`, and why.
 */
export type SinkComparison =
  | { readonly by: 'items' }
  | { readonly by: 'deltas' | 'totals' | 'keys'; readonly store: AnyStore; readonly reason: string }
  | { readonly by: 'nothing'; readonly reason: string }

export interface StoreComparison {
  readonly slot: AnyStore
  /** Why the store of a job that keeps no law may come out differently each time, for whoever has to find the mistake. */
  readonly suspicions: readonly string[]
  /** Whether it is fed from changes, of which there may be more or fewer: a key may then come to nothing or never have been. */
  readonly passing: boolean
}

/** What of a job's outcome every platform must agree on. */
export interface Comparison {
  readonly stores: readonly StoreComparison[]
  readonly sinks: readonly { readonly slot: AnySink; readonly comparison: SinkComparison }[]
}

/** What is known of a stream's records, whatever the platform. */
interface Known {
  /** Which records there are. */
  readonly items: boolean
  /** Of a store's changes, which deltas there are. */
  readonly deltas: boolean
  /** Of a store's changes, for which keys there are any. */
  readonly keys: boolean
  /** They come in the order of one source. */
  readonly ordered: boolean
}

export function comparisonOf(job: Job): Comparison {
  const plan = planOf(job)
  const known = knownStreams(plan)
  return {
    stores: plan.stores.map(({ slot, ordered, fedBy }) => {
      const changing = fedBy.filter((stream) => !knownOf(known, stream).items)
      return { slot, passing: changing.length > 0, suspicions: suspicionsOf(plan, slot, { ordered, fedBy, changing }) }
    }),
    sinks: plan.sinks.map((slot) => ({ slot, comparison: sinkComparison(plan, slot, known) })),
  }
}

const nothingKnown: Known = { items: false, deltas: false, keys: false, ordered: false }

const knownOf = (known: ReadonlyMap<string, Known>, stream: string): Known => known.get(stream) ?? nothingKnown

function knownStreams(plan: Plan): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>()
  // Upstream first, so what feeds a store is known before the store is come to.
  for (const { name, from } of plan.streams) {
    if (from === 'source') {
      known.set(name, { items: true, deltas: true, keys: true, ordered: true })
      continue
    }
    const { emit, ordered, fedBy } = plan.stores.find(({ slot }) => slot.name === name) as Plan['stores'][number]
    const keys = fedBy.every((stream) => knownOf(known, stream).items)
    const deltas = keys && emit === 'every'
    const inOrder = ordered && fedBy.every((stream) => knownOf(known, stream).ordered) && isOnePath(plan, name, fedBy)
    known.set(name, { items: deltas && inOrder, deltas, keys, ordered: false })
  }
  return known
}

/** Whether all that a store is given comes one way: where streams or branches meet, how they interleave is free. */
function isOnePath(plan: Plan, store: string, fedBy: readonly string[]): boolean {
  const [stream] = fedBy
  if (stream === undefined || fedBy.length > 1) return false
  const { steps } = stageOf(plan, stream)
  const above = new Set(steps.flatMap(({ node }, i) => (i > 0 && node.kind === 'sum' && node.slot.name === store ? [i] : [])))
  for (let i = steps.length - 1; i >= 0; i--) if (steps[i]?.readers.some((reader) => above.has(reader))) above.add(i)
  return [...above].every((i) => steps[i]?.node.kind !== 'merge')
}

const stageOf = (plan: Plan, stream: string) => plan.stages.find((stage) => stage.stream === stream) as StagePlan

function sinkComparison(plan: Plan, sink: AnySink, known: ReadonlyMap<string, Known>): SinkComparison {
  const feeding = plan.stages.filter(({ sinks }) => sinks.includes(sink.name))
  const open = feeding.filter(({ stream }) => !knownOf(known, stream).items)
  const [stage] = open
  if (stage === undefined) return { by: 'items' }
  const { slot: store, emit } = plan.stores.find(({ slot }) => slot.name === stage.stream) as Plan['stores'][number]
  const { deltas, keys } = knownOf(known, stage.stream)
  const many = `it is fed from the changes of ${store.name}, and how many of those there are is the platform's business`
  const reason = deltas
    ? `it is fed from the changes of ${store.name}, and what was there before each depends on the order of records`
    : many
  const instead = emit === 'every' ? '' : `; with { emit: 'every' } there is one for each element`
  if (feeding.length > 1 || !keys || !isWrittenAsIs(stage, sink)) return { by: 'nothing', reason: reason + instead }
  if (deltas) return { by: 'deltas', store, reason: `${reason}: only the deltas are compared` }
  return store.sum.commutative
    ? { by: 'totals', store, reason: `${many}: what those of each key come to is compared` }
    : { by: 'keys', store, reason: `${many}, and a sink has no order: only their keys are compared` }
}

/** Whether a sink is given a store's changes and nothing else, once, untouched. */
function isWrittenAsIs({ steps }: StagePlan, sink: AnySink): boolean {
  const [root] = steps
  const writes = steps.flatMap(({ node }, i) => (node.kind === 'write' && node.slot === sink ? [i] : []))
  const [write] = writes
  return writes.length === 1 && root !== undefined && root.readers.filter((reader) => reader === write).length === 1
}

interface Feeding {
  readonly ordered: boolean
  readonly fedBy: readonly string[]
  /** Those of them that are changes of which there may be more or fewer. */
  readonly changing: readonly string[]
}

function suspicionsOf(plan: Plan, { name }: AnyStore, { ordered, fedBy, changing }: Feeding): readonly string[] {
  const suspicions: string[] = []
  if (changing.length > 0) {
    suspicions.push(
      `${name} is fed from the changes of ${listed(changing)}: how many of those there are, and what each holds, is the platform's business`,
    )
  }
  if (ordered && !isOnePath(plan, name, fedBy)) {
    const where = fedBy.length > 1 ? `records of ${listed(fedBy)}` : 'branches'
    suspicions.push(`the aggregation of ${name} is not declared to commute, and ${where} meet before it: how they interleave is free`)
  }
  return suspicions
}

const listed = (names: readonly string[]): string => new Intl.ListFormat('en').format(names)
