import { assertNever, TanagerError } from '../error.ts'
import { facts } from '../graph/node.ts'
import type { AnySink, Plan, StagePlan, StorePlan } from '../plan/plan.ts'
import { executorOf } from '../run/executor.ts'
import { atHand } from './at-hand.ts'
import { Crowding } from './crowding.ts'
import { runDelivery } from './delivery.ts'
import { runDrain } from './drain.ts'
import { DrainTurns } from './drain-turns.ts'
import type { Pointer } from './log.ts'
import type { Drain, EngineParts, Stage } from './parts.ts'
import type { Attempt, Handler, Outcome } from './scheduler.ts'
import { runStage } from './stage.ts'
import { runTogether } from './together.ts'

/** Runs pointers: the whole logic of the distributed platform, over whatever log and scheduler it is given. */
export interface Engine {
  readonly handle: Handler
  /**
   * Whether batches of its stream may be run in one go: where a stage asks nobody and feeds no ordered store, that means the
   * same. A service would be asked for the keys of all of them at once, and one failure would be that of all; batches for an
   * ordered store have to follow on one another, and those that one of several workers has in hand seldom do.
   */
  readonly joins: (pointer: Pointer) => boolean
  /** Runs batches of one stream that may be run in one go; `undefined` for each that has to be run by itself after all. */
  readonly handleTogether: (pointers: readonly StagePointer[]) => Promise<readonly (Outcome | undefined)[]>
}

export type StagePointer = Pointer & { readonly kind: 'stage' }

export function engineOf(parts: EngineParts): Engine {
  const { plan, services, sinks, watch } = parts
  const plain = new Set(plan.stores.filter(({ ordered }) => !ordered).map(({ slot }) => slot.name))
  const slots = new Map<string, AnySink>(plan.sinks.map((sink) => [sink.name, sink]))
  const turns = new DrainTurns(parts.limits.longDrains)
  const scheduler = parts.drainsAtHand ? atHand(parts.scheduler, handle, () => turns.areShort) : parts.scheduler
  const stages = new Map<string, Stage>(
    plan.streams.map(({ name }) => [
      name,
      { ...parts, scheduler, executor: executorOf(plan, name, services, { watch }), crowding: new Crowding(plain) },
    ]),
  )
  const drains = new Map<string, Drain>(plan.stores.map((store: StorePlan) => [store.slot.name, { ...parts, store, turns }]))

  async function handle(pointer: Pointer, attempt: Attempt): Promise<Outcome> {
    switch (pointer.kind) {
      case 'stage':
        return runStage(known(stages, pointer.stream, 'stream'), pointer.sequence, attempt)
      case 'sum':
        return runDrain(known(drains, pointer.store, 'store'), pointer.partition, pointer.position, attempt)
      case 'sink':
        return runDelivery(parts, known(slots, pointer.sink, 'sink'), sinks(pointer.sink), pointer.sequence)
      default:
        return assertNever(pointer)
    }
  }

  // A worker of an older plan may be handed work of a newer one, in a rolling deploy; a newer worker will take it.
  function known<T>(map: ReadonlyMap<string, T>, name: string, kind: string): T {
    const found = map.get(name)
    if (found !== undefined) return found
    throw new TanagerError('unknown-slot', `job ${plan.job}: this worker's plan has no ${kind} ${name}`, {
      remedy: 'A worker of the newer plan takes the batch; replace this one.',
    })
  }

  const joining = new Set(plan.stages.filter((stage) => joins(plan, stage)).map(({ stream }) => stream))
  return {
    handle,
    joins: (pointer) => pointer.kind === 'stage' && joining.has(pointer.stream),
    handleTogether: (pointers) => {
      const [{ stream }] = pointers as readonly [StagePointer]
      const sequences = pointers.map(({ sequence }) => sequence)
      return runTogether(known(stages, stream, 'stream'), sequences)
    },
  }
}

function joins({ stores }: Plan, stage: StagePlan): boolean {
  const asks = stage.steps.some(({ node }) => facts[node.kind].barrier)
  return !asks && !stores.some(({ slot, ordered }) => ordered && stage.stores.includes(slot.name))
}
