import type { DeadLetter } from '../../core/engine/log.ts'
import type { Client } from '../../platforms/bullmq/index.ts'
import { deadLetter } from './fold.ts'
import type { chaosJob } from './job.ts'
import { type Delivered, deliveredTo } from './outlet.ts'

/** What is there at the end, read as any reader would read it. */
export interface Observed {
  readonly each: ReadonlyMap<string, number>
  readonly totals: ReadonlyMap<string, number>
  readonly groups: ReadonlyMap<string, number>
  readonly grand: ReadonlyMap<string, number>
  readonly named: ReadonlyMap<string, number>
  readonly lines: ReadonlyMap<string, string>
  readonly copies: ReadonlyMap<string, string>
  readonly seen: readonly string[]
  readonly changes: readonly { readonly key: string; readonly before: number; readonly delta: number }[]
  readonly outlet: readonly Delivered[]
  /** Batches that came to the outlet with other items than the first time. */
  readonly clashes: readonly string[]
  readonly deadLetters: readonly string[]
}

type Slots = typeof chaosJob extends { readonly slots: ReadonlyMap<string, infer S> } ? S : never
export type ChaosClient = Client<Slots>

export async function observed(client: ChaosClient, outlet: string): Promise<Observed> {
  const [each, totals, groups, grand, named, lines, copies] = await Promise.all([
    contents(client.store('each').entries()),
    contents(client.store('totals').entries()),
    contents(client.store('groups').entries()),
    contents(client.store('grand').entries()),
    contents(client.store('named').entries()),
    contents(client.store('lines').entries()),
    contents(client.store('copies').entries()),
  ])
  return {
    ...{ each, totals, groups, grand, named, lines, copies },
    seen: await all(client.sink('seen').entries()),
    changes: await all(client.sink('changes').entries()),
    ...(await deliveredTo(outlet)),
    deadLetters: (await everyDeadLetter(client)).map(({ stream, node, record }) => deadLetter(stream, node, record)),
  }
}

async function everyDeadLetter(client: ChaosClient): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = []
  for (;;) {
    const last = letters.at(-1)
    const page = await client.deadLetters.list(last === undefined ? {} : { after: last.id })
    if (page.length === 0) return letters
    letters.push(...page)
  }
}

async function contents<K, V>(entries: AsyncIterable<readonly [K, V]>): Promise<ReadonlyMap<K, V>> {
  return new Map(await all(entries))
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
