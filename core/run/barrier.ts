import type { Service } from '../contract/service.ts'
import { messageOf, TanagerError } from '../error.ts'
import type { AsyncNode } from '../graph/node/async.ts'
import type { JoinNode } from '../graph/node/join.ts'
import type { Push, Registers } from '../graph/operator.ts'
import type { Watch } from './watch.ts'

/** Takes something for one record, and takes care of what that throws. */
export type Each = <A>(index: number, time: number, take: (what: A) => void, what: A) => void

/** A step that must see the whole batch: it gathers what reaches it, then waits once, then passes everything on in the order it came. */
export interface Barrier {
  readonly gather: Push
  /** Waits for what the records gathered here ask for. */
  readonly ask: (isDead: (index: number) => boolean) => Promise<void>
  readonly pass: (each: Each, isDead: (index: number) => boolean) => void
}

/** Whose call failed decides what happens: a service's failure is never a record's fault. */
export interface Patience {
  /** True if this batch will not be tried again: what still fails now costs its record. */
  readonly lastAttempt: boolean
}

type Pair = readonly [unknown, unknown]

/** What has reached a barrier, column by column: nothing is made for each of it. */
class Gathered {
  readonly elements: unknown[] = []
  /** Of which record, and its time. */
  readonly indices: number[] = []
  readonly times: number[] = []

  add(element: unknown, { index, time }: Registers): void {
    this.elements.push(element)
    this.indices.push(index)
    this.times.push(time)
  }
}

export function joinBarrier(
  node: JoinNode,
  service: Service<unknown, unknown>,
  record: Registers,
  down: Push,
  watch: Pick<Watch, 'wait'>,
): Barrier {
  const { name, key: codec } = node.slot
  const gathered = new Gathered()
  const { elements, indices, times } = gathered
  const ids: unknown[] = []
  const places = new Map<unknown, number>()
  let answers: readonly unknown[] = []
  return {
    gather: (element) => {
      const key = (element as Pair)[0]
      // Also where the key is its own identity: one that cannot be written must not be asked for.
      const text = codec.encode(key)
      gathered.add(element, record)
      ids.push(codec.native ? key : text)
    },
    ask: async (isDead) => {
      const keys: unknown[] = []
      for (let i = 0; i < elements.length; i++) {
        if (isDead(indices[i] as number) || places.has(ids[i])) continue
        places.set(ids[i], keys.length)
        keys.push((elements[i] as Pair)[0])
      }
      if (keys.length > 0) answers = await ask(name, service, keys, watch)
    },
    pass: (each, isDead) => {
      for (let i = 0; i < elements.length; i++) {
        const index = indices[i] as number
        if (isDead(index)) continue
        const pair = elements[i] as Pair
        const found = answers[places.get(ids[i]) as number]
        each(index, times[i] as number, down, [pair[0], [pair[1], found]])
      }
    },
  }
}

async function ask(name: string, service: Service<unknown, unknown>, keys: readonly unknown[], watch: Pick<Watch, 'wait'>) {
  const answers = await watch.wait(service.multiGet(keys)).catch((cause: unknown) => {
    throw new TanagerError('service', `the service ${name} failed: ${messageOf(cause)}`, { cause, remedy: 'The batch is tried again.' })
  })
  if (!Array.isArray(answers) || answers.length !== keys.length) {
    throw new TanagerError('service', `the service ${name} must answer each key once, in order`, {
      value: Array.isArray(answers) ? `${answers.length} answers to ${keys.length} keys` : answers,
    })
  }
  return answers
}

type Outcome = { readonly elements: Iterable<unknown> } | { readonly error: unknown }

export function asyncBarrier(
  node: AsyncNode,
  record: Registers,
  down: Push,
  { lastAttempt }: Patience,
  watch: Pick<Watch, 'wait'>,
): Barrier {
  const gathered = new Gathered()
  const { elements, indices, times } = gathered
  /** Of each element whose record was alive when it was asked. */
  const outcomes: (Outcome | undefined)[] = []
  const release = (outcome: Outcome) => {
    if ('error' in outcome) throw outcome.error
    for (const element of outcome.elements) down(element)
  }
  return {
    gather: (element) => gathered.add(element, record),
    ask: async (isDead) => {
      const waiting = elements.flatMap((_, i) => (isDead(indices[i] as number) ? [] : [i]))
      let next = 0
      const lane = async () => {
        while (next < waiting.length) {
          const at = waiting[next++] as number
          outcomes[at] = await watch.wait(node.run(elements[at])).then(
            (elements): Outcome => ({ elements }),
            (error: unknown): Outcome => ({ error }),
          )
        }
      }
      await Promise.all(Array.from({ length: Math.min(node.concurrency, waiting.length) }, lane))
      const failed = lastAttempt ? undefined : outcomes.find((outcome) => outcome !== undefined && 'error' in outcome)
      if (failed !== undefined) {
        const cause = (failed as { readonly error: unknown }).error
        throw new TanagerError('retry', `${node.verb} failed: ${messageOf(cause)}`, { cause, remedy: 'The batch is tried again.' })
      }
    },
    pass: (each, isDead) => {
      for (let i = 0; i < outcomes.length; i++) {
        const outcome = outcomes[i]
        const index = indices[i] as number
        if (outcome !== undefined && !isDead(index)) each(index, times[i] as number, release, outcome)
      }
    },
  }
}
