import type { SinkToken } from 'tanager'
import { type BullmqOptions, bullmq, type RunningWorker } from 'tanager/bullmq'
import { ledger } from './ledger.ts'
import { Senders } from './senders.ts'

/** The job at work at one address: two workers, and as many clients as are asked for. */
export interface Scene extends AsyncDisposable {
  readonly senders: Senders
  readonly client: () => LedgerClient
  readonly notices: readonly string[]
  /** What the bound sink was given, a batch at a time. */
  readonly delivered: readonly Delivery[]
}

export interface Delivery {
  readonly items: readonly string[]
  readonly token: SinkToken
}

export type LedgerClient = ReturnType<ReturnType<typeof deploy>['client']>

const options: BullmqOptions = {
  partitions: 2,
  // A batch of the senders' is a batch of the stream's, so that it is lost whole.
  batch: { batchRecords: 3 },
  lockDuration: 500,
  reconcileEvery: 100,
  backoff: 20,
  attempts: 20,
}

const deploy = (redis: NonNullable<BullmqOptions['redis']>, notices: string[], delivered: Delivery[]) =>
  bullmq({ ...options, redis, notice: (text) => notices.push(text) })
    .on(ledger)
    .bind({ delivered: { write: async (items, token) => void delivered.push({ items, token }) } })

export async function openScene(redis: NonNullable<BullmqOptions['redis']>, workers = 2): Promise<Scene> {
  const notices: string[] = []
  const delivered: Delivery[] = []
  const app = deploy(redis, notices, delivered)
  const senders = new Senders()
  const running: RunningWorker[] = []
  for (let i = 0; i < workers; i++) running.push(await app.start({ timeout: 10_000 }))
  const clients: LedgerClient[] = []
  return {
    senders,
    notices,
    delivered,
    client: () => {
      const client = app.client({ timeout: 10_000 })
      clients.push(client)
      return client
    },
    [Symbol.asyncDispose]: async () => {
      // After a failure there may be nobody to finish with.
      await Promise.all(clients.map((client) => client.close({ abandon: true })))
      await Promise.all(running.map((worker) => worker.close({ grace: 1000 })))
    },
  }
}
