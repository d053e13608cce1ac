import type { Service } from '../contract/service.ts'
import { assertNever } from '../error.ts'
import type { Push, Registers } from '../graph/operator.ts'
import type { StagePlan } from '../plan/plan.ts'
import { asyncBarrier, type Barrier, joinBarrier, type Patience } from './barrier.ts'
import { keyText } from './key-text.ts'
import type { Watch } from './watch.ts'

type Pair = readonly [unknown, unknown]

/** Registers that also know which step is at work, for the name on a dead letter. */
export interface Trace extends Registers {
  at: number
}

/** Takes what a record does to one of the stage's outputs: a store it adds to, or a sink it writes to (without a key). */
export type Output = (key: unknown, value: unknown) => void

/** A stage as one closure over its outputs, and the barriers that stand in it, upstream first. */
export interface Compiled {
  readonly push: Push
  readonly barriers: readonly { readonly step: number; readonly barrier: Barrier }[]
}

export interface CompileOptions {
  readonly services: (name: string) => Service<unknown, unknown>
  readonly patience: Patience
  readonly watch: Pick<Watch, 'wait'>
  /** Notes which step is at work. It costs two writes a step and record, so the fast version goes without and asks again on failure. */
  readonly traced: boolean
  /** Writes keys and items as they come, so that the one that cannot be written is found on its record. */
  readonly strict: boolean
}

/**
 * Composes a stage's steps, readers first, each over the closures of those who read it.
 *
 * @param outputs the stage's stores, in order, then its sinks
 */
export function compile(stage: StagePlan, outputs: readonly Output[], record: Trace, options: CompileOptions): Compiled {
  const pushes: Push[] = []
  const barriers: { readonly step: number; readonly barrier: Barrier }[] = []
  for (let i = stage.steps.length - 1; i >= 0; i--) {
    const { node, readers } = stage.steps[i] as StagePlan['steps'][number]
    const fanned = fan(readers.map((reader) => pushes[reader] as Push))
    const down = options.traced ? back(fanned, record, i) : fanned
    let push: Push
    switch (node.kind) {
      case 'source':
      case 'merge':
        push = down
        break
      case 'transform':
        push = node.operator.push(down, record)
        break
      case 'join':
      case 'async': {
        const barrier =
          node.kind === 'join'
            ? joinBarrier(node, options.services(node.slot.name), record, down, options.watch)
            : asyncBarrier(node, record, down, options.patience, options.watch)
        barriers.unshift({ step: i, barrier })
        push = barrier.gather
        break
      }
      case 'sum': {
        if (i === 0) {
          push = down
          break
        }
        const add = outputs[stage.stores.indexOf(node.slot.name)] as Output
        const { key, sum } = node.slot
        push = (pair) => {
          // By index: taking a pair apart by pattern goes through its iterator, for each record.
          const k = (pair as Pair)[0]
          const v = (pair as Pair)[1]
          if (options.strict) keyText(key.encode(k))
          sum.codec.toJson(v)
          add(k, v)
        }
        break
      }
      case 'write': {
        const write = outputs[stage.stores.length + stage.sinks.indexOf(node.slot.name)] as Output
        const { encode } = node.slot.item
        push = (element) => {
          if (options.strict) encode(element)
          write(undefined, element)
          down(element)
        }
        break
      }
      case 'name':
      case 'also':
        throw new Error(`a plan holds no ${node.kind}`)
      default:
        return assertNever(node)
    }
    pushes[i] = options.traced ? into(push, record, i) : push
  }
  return { push: pushes[0] as Push, barriers }
}

function fan(pushes: readonly Push[]): Push {
  if (pushes.length === 0) return () => {}
  if (pushes.length === 1) return pushes[0] as Push
  return (element) => {
    for (const push of pushes) push(element)
  }
}

function into(push: Push, record: Trace, at: number): Push {
  return (element) => {
    record.at = at
    push(element)
  }
}

function back(down: Push, record: Trace, at: number): Push {
  return (element) => {
    down(element)
    record.at = at
  }
}
