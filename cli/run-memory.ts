import { servicesOf } from './deployment.ts'
import type { Interrupt } from './interrupt.ts'
import type { Loaded } from './module.ts'
import { readingBar } from './progress.ts'
import { byName, itemsOf, type Refused, type Results, refusedOf, rowsOf } from './results.ts'
import { type FedSource, recordsOf } from './sources.ts'

/** What a run came to, and how many records it took. */
export interface Ran {
  readonly results: Results
  readonly records: number
}

/** What the memory platform answers, without the types of a certain job. */
interface Untyped {
  readonly stores: Readonly<Record<string, ReadonlyMap<unknown, unknown>>>
  readonly sinks: Readonly<Record<string, readonly unknown[]>>
  readonly deadLetters: readonly Refused[]
}

/** Runs a job to the end of its files in this process. The files are read as fast as they are counted, and never held whole. */
export async function runInMemory(loaded: Loaded, sources: readonly FedSource[], interrupt: Interrupt): Promise<Ran> {
  const services = servicesOf(loaded)
  const { memory } = await import('../platforms/memory/index.ts')
  const app = memory().on(loaded.job)
  const bar = await readingBar(
    'counting',
    sources.flatMap(({ files }) => files),
  )
  let bytes = 0
  let records = 0
  const onRead = (readBytes: number, readRecords: number) => {
    bytes += readBytes
    records += readRecords
    bar.update(bytes, records)
  }
  const inputs = Object.fromEntries(sources.map((source) => [source.slot.name, recordsOf(source, { onRead, signal: interrupt.signal })]))
  try {
    // Which slots there are is known when it runs, and not to the compiler.
    const result = (await interrupt.before(app.run({ ...inputs, ...services } as never))) as unknown as Untyped
    const stores = byName(app.plan.stores.map(({ slot }) => slot))
    return {
      records,
      results: {
        stores: await Promise.all(stores.map((slot) => rowsOf(slot, result.stores[slot.name] ?? []))),
        sinks: await Promise.all(byName(app.plan.sinks).map((slot) => itemsOf(slot, result.sinks[slot.name] ?? []))),
        deadLetters: refusedOf(result.deadLetters),
      },
    }
  } finally {
    bar.stop()
  }
}
