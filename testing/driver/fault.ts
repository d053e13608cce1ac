import { assertNever } from '../../core/error.ts'

/**
 * A step that somebody takes: a method of the log, of a service (`multiGet`) or of a sink (`write`). `append` is a
 * client's, all others are a worker's:
 *
 * | work | its steps |
 * |---|---|
 * | a batch of a source, or of a store's changes | `read`, `multiGet` for each service it asks, `commitStage` |
 * | what is to be merged into a store | `readInbox`, `readValuesAt`, `commitSum`, over and over while there is more |
 * | a batch for a sink | `read`, `write`, `commitSink` |
 */
export type Step = 'append' | WorkerStep

export type WorkerStep = 'read' | 'multiGet' | 'commitStage' | 'readInbox' | 'readValuesAt' | 'commitSum' | 'write' | 'commitSink'

/** Which of the slots a fault is meant for; whichever comes first, unless said. */
interface Of<Slot extends string> {
  /** The stream of a batch, the store that is merged into, the service or the sink that is reached. */
  readonly of?: Slot
}

/** Where somebody dies: before the step has happened, or after, when they have not heard of it. */
export type CrashPoint<Slot extends string = string> = Of<Slot> &
  (({ readonly before: Step } & NotAfter) | ({ readonly after: Step } & NotBefore))

interface NotAfter {
  readonly after?: never
}
interface NotBefore {
  readonly before?: never
}

/** Where a worker stands still, and for how many milliseconds. */
export interface HoldUp<Slot extends string = string> extends Of<Slot> {
  readonly before: WorkerStep
  readonly milliseconds: number
}

/** What is to go wrong once, at the next opportunity. */
export type Fault =
  | { readonly kind: 'crash'; readonly when: 'before' | 'after'; readonly step: Step; readonly of?: string | undefined }
  | { readonly kind: 'hold up'; readonly step: WorkerStep; readonly of?: string | undefined; readonly milliseconds: number }
  | { readonly kind: 'fail'; readonly of: string }
  | { readonly kind: 'lose'; readonly of?: string | undefined }
  | { readonly kind: 'double'; readonly of?: string | undefined }

export function crashOf(point: CrashPoint): Fault {
  return point.before === undefined
    ? { kind: 'crash', when: 'after', step: point.after as Step, of: point.of }
    : { kind: 'crash', when: 'before', step: point.before, of: point.of }
}

/** A fault in words. */
export function faultText(fault: Fault): string {
  const of = fault.of === undefined ? '' : ` of ${fault.of}`
  switch (fault.kind) {
    case 'crash':
      return `crash ${fault.when} ${fault.step}${of}`
    case 'hold up':
      return `hold-up of ${fault.milliseconds} ms before ${fault.step}${of}`
    case 'fail':
      return `failure${of}`
    case 'lose':
      return `loss of a pointer${of}`
    case 'double':
      return `doubling of a pointer${of}`
    default:
      return assertNever(fault)
  }
}
