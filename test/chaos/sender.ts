// A process that sends, until it is told where to end. It keeps no journal: it is told from which number on to send again.
import { setTimeout as sleep } from 'node:timers/promises'
import { encoded, TanagerError } from 'tanager'
import { chaosApp } from './deploy.ts'
import { batchOf, type Source, sources } from './events.ts'

export interface SenderPlan {
  readonly redis: string
  readonly prefix: string
  readonly seed: number
  readonly writer: string
  /** How long to wait between two batches for a source, in milliseconds. */
  readonly pause: number
  /** From which number on, by source. */
  readonly from: Readonly<Record<Source, number>>
}

/** What a sender tells. */
export type Told =
  /** `begun`: when it was first sent, in milliseconds since 1970, whatever our clock says. */
  | { readonly told: 'accepted'; readonly source: Source; readonly sequence: number; readonly begun: number; readonly waited: number }
  /** The log misses what comes before, and says which it has last. */
  | { readonly told: 'gap'; readonly source: Source; readonly sequence: number; readonly last: number }
  /** It has sent everything, and ends when it is told so. */
  | { readonly told: 'done' }

const { redis, prefix, seed, writer, pause, from } = JSON.parse(process.argv[2] as string) as SenderPlan
const client = chaosApp({ redis, prefix }).client()
let ends: Readonly<Record<Source, number>> | undefined

process.on('message', (message: { readonly ends?: Readonly<Record<Source, number>> }) => {
  if (message.ends !== undefined) ends = message.ends
})

const tell = (told: Told) => void process.send?.(told)

await Promise.all(sources.map(send))
await client.close()
// It stays, or another would take its place.
setInterval(() => tell({ told: 'done' }), 200)

async function send(source: Source): Promise<void> {
  let sequence = from[source]
  while (ends === undefined || sequence <= ends[source]) {
    const begin = performance.now()
    const texts = batchOf(seed, source, writer, sequence).map(({ text }) => text)
    try {
      await client.send(source, encoded(texts), { writer, sequence })
      tell({ told: 'accepted', source, sequence, begun: performance.timeOrigin + begin, waited: performance.now() - begin })
      sequence += 1
    } catch (error) {
      const last = error instanceof TanagerError && error.code === 'writer-gap' ? /after (\d+)$/.exec(String(error.details.value)) : null
      if (last === null) throw error
      tell({ told: 'gap', source, sequence, last: Number(last[1]) })
      sequence = Number(last[1]) + 1
    }
    if (ends === undefined) await sleep(pause * (0.5 + Math.random()))
  }
}
