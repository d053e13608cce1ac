import type { Failed } from './by-halves.ts'
import type { Ask } from './database.ts'
import { isData } from './fault.ts'

/** Does something within a transaction, which goes on as if it had not been if it fails for its data. */
export async function trying(ask: Ask, work: () => Promise<unknown>): Promise<Failed> {
  await ask('SAVEPOINT tried')
  try {
    await work()
    await ask('RELEASE tried')
    return undefined
  } catch (thrown) {
    if (!isData(thrown)) throw thrown
    await ask('ROLLBACK TO tried')
    return { thrown }
  }
}
