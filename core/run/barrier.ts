import type { Service } from '../contract/service.ts'
import { messageOf, TanagerError } from '../error.ts'
import type { AsyncNode } from '../graph/node/async.ts'
import type { JoinNode } from '../graph/node/join.ts'
import type { Push, Registers } from '../graph/operator.ts'
import type { Watch } from './watch.ts'

/** A step that must see the whole batch: it gathers what reaches it, then waits once, then passes everything on in the order it came. */
export interface Barrier {
  readonly gather: Push
  /** Waits for what the records gathered here ask for. */
  readonly ask: (isDead: (index: number) => boolean) => Promise<void>
  /** Pushes them on. `each` runs a push for one record and takes care of what it throws. */
  readonly pass: (each: (index: number, time: number, push: () => void) => void, isDead: (index: number) => boolean) => void
}

/** Whose call failed decides what happens: a service's failure is never a record's fault. */
export interface Patience {
  /** True if this batch will not be tried again: what still fails now costs its record. */
  readonly lastAttempt: boolean
}

interface Gathered {
  readonly element: unknown
  readonly index: number
  readonly time: number
}

export function joinBarrier(
  node: JoinNode,
  service: Service<unknown, unknown>,
  record: Registers,
  down: Push,
  watch: Pick<Watch, 'wait'>,
): Barrier {
  const { name, key: codec } = node.slot
  const gathered: (Gathered & { readonly id: unknown })[] = []
  const places = new Map<unknown, number>()
  let answers: readonly unknown[] = []
  return {
    gather: (element) => {
      const key = (element as readonly [unknown, unknown])[0]
      // Also where the key is its own identity: one that cannot be written must not be asked for.
      const text = codec.encode(key)
      gathered.push({ element, index: record.index, time: record.time, id: codec.native ? key : text })
    },
    ask: async (isDead) => {
      const keys: unknown[] = []
      for (const { element, index, id } of gathered) {
        if (isDead(index) || places.has(id)) continue
        places.set(id, keys.length)
        keys.push((element as readonly [unknown, unknown])[0])
      }
      if (keys.length > 0) answers = await ask(name, service, keys, watch)
    },
    pass: (each, isDead) => {
      for (const { element, index, time, id } of gathered) {
        if (isDead(index)) continue
        const [key, value] = element as readonly [unknown, unknown]
        const found = answers[places.get(id) as number]
        each(index, time, () => down([key, [value, found]]))
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
  const gathered: Gathered[] = []
  let outcomes: readonly (readonly [Gathered, Outcome])[] = []
  return {
    gather: (element) => gathered.push({ element, index: record.index, time: record.time }),
    ask: async (isDead) => {
      const waiting = gathered.filter(({ index }) => !isDead(index))
      const answered = new Array<readonly [Gathered, Outcome]>(waiting.length)
      let next = 0
      const lane = async () => {
        while (next < waiting.length) {
          const at = next++
          const one = waiting[at] as Gathered
          const outcome = await watch.wait(node.run(one.element)).then(
            (elements): Outcome => ({ elements }),
            (error: unknown): Outcome => ({ error }),
          )
          answered[at] = [one, outcome]
        }
      }
      await Promise.all(Array.from({ length: Math.min(node.concurrency, waiting.length) }, lane))
      outcomes = answered
      const failed = answered.find(([, outcome]) => 'error' in outcome)
      if (failed !== undefined && !lastAttempt) {
        const cause = (failed[1] as { readonly error: unknown }).error
        throw new TanagerError('retry', `${node.verb} failed: ${messageOf(cause)}`, { cause, remedy: 'The batch is tried again.' })
      }
    },
    pass: (each, isDead) => {
      for (const [{ index, time }, outcome] of outcomes) {
        if (isDead(index)) continue
        each(index, time, () => {
          if ('error' in outcome) throw outcome.error
          for (const element of outcome.elements) down(element)
        })
      }
    },
  }
}
