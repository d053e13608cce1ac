import { encoded } from '../../core/contract/encoded.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import type { Plan } from '../../core/plan/plan.ts'
import type { LoggedBatch } from '../../platforms/bullmq/log-reader.ts'
import { Failure } from '../fault.ts'
import { byName, itemsOf, type Refused, type Results, rowsOf } from '../results.ts'

/** A record that was refused: of the source, with its batch and its place in it, or further down, where batches are others. */
export interface RefusedRecord extends Refused {
  readonly sequence?: number
  readonly index?: number
}

/** What batches come to by themselves. */
export interface Replayed extends Omit<Results, 'deadLetters'> {
  readonly deadLetters: readonly RefusedRecord[]
}

interface Source {
  readonly stream: string
  readonly batches: readonly LoggedBatch[]
}

/** What the memory platform answers, without the types of a certain job. */
interface Untyped {
  readonly stores: Readonly<Record<string, ReadonlyMap<unknown, unknown>>>
  readonly sinks: Readonly<Record<string, readonly unknown[]>>
  readonly deadLetters: readonly (Refused & { readonly index: number })[]
}

/** Runs batches of a source, each as one, with nothing from any other. */
export async function runBatches(job: Job, services: Readonly<Record<string, unknown>>, { stream, batches }: Source): Promise<Replayed> {
  const { memory } = await import('../../platforms/memory/index.ts')
  const app = memory({ batchSize: batches.reduce((most, { records }) => Math.max(most, records.length), 1) }).on(job)
  let at = 0
  function* texts() {
    for (const { sequence, records } of batches) {
      at = sequence
      yield records
    }
  }
  const others = [...job.slots.values()].filter(({ kind, name }) => kind === 'source' && name !== stream).map(({ name }) => [name, []])
  const inputs = { ...Object.fromEntries(others), ...services, [stream]: encoded(texts()) }
  // biome-ignore lint/suspicious/noDebugger: here whoever attached a debugger sets breakpoints: all is loaded, nothing has run.
  debugger
  // Which slots there are is known when it runs, and not to the compiler.
  const result = (await app.run(inputs as never).catch((cause: unknown) => {
    throw new Failure(`the batch ${stream}-${at} fails: ${reasonOf(cause)}`, { cause })
  })) as unknown as Untyped
  const fed = fedBy(app.plan, stream)
  const stores = byName(app.plan.stores.map(({ slot }) => slot).filter(({ name }) => fed.has(name)))
  const sinks = byName(app.plan.sinks.filter(({ name }) => fed.has(name)))
  return {
    stores: await Promise.all(stores.map((slot) => rowsOf(slot, result.stores[slot.name] ?? []))),
    sinks: await Promise.all(sinks.map((slot) => itemsOf(slot, result.sinks[slot.name] ?? []))),
    deadLetters: placed(result.deadLetters, { stream, batches }),
  }
}

/** Why a batch fails, without what a worker would do about it: nobody tries it again here. */
function reasonOf(cause: unknown): string {
  const message = messageOf(cause)
  const remedy = cause instanceof TanagerError ? cause.details.remedy : undefined
  return remedy !== undefined && message.endsWith(`. ${remedy}`) ? message.slice(0, -remedy.length - 2) : message
}

/** The stores and sinks a stream leads to, also by way of stores. */
function fedBy({ stages }: Plan, stream: string): ReadonlySet<string> {
  const found = new Set<string>()
  const follow = (from: string) => {
    for (const stage of stages) {
      if (stage.stream !== from) continue
      for (const sink of stage.sinks) found.add(sink)
      for (const store of stage.stores) {
        if (found.has(store)) continue
        found.add(store)
        follow(store)
      }
    }
  }
  follow(stream)
  return found
}

/** In memory a record has a place in its stream; people look for it by its batch. */
function placed(letters: Untyped['deadLetters'], { stream, batches }: Source): readonly RefusedRecord[] {
  let batch = 0
  let before = 0
  return letters.map(({ index, ...letter }) => {
    const { stream: from, node, record, error } = letter
    if (from !== stream) return { stream: from, node, record, error }
    for (;;) {
      const { sequence, records } = batches[batch] as LoggedBatch
      if (index - before < records.length) return { stream: from, sequence, index: index - before, node, record, error }
      before += records.length
      batch += 1
    }
  })
}
