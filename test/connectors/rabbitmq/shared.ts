import { afterAll, beforeAll } from 'vitest'
import { type ProvidedRabbitmq, provideRabbitmq } from '../../../scripts/rabbitmq/provide.ts'

/** The broker of this file: RABBITMQ_URL's, or one of its own. */
export function sharedBroker(): () => string {
  let broker: ProvidedRabbitmq | undefined
  beforeAll(async () => {
    broker = await provideRabbitmq()
  }, 120_000)
  afterAll(() => broker?.[Symbol.asyncDispose]())
  return () => {
    if (broker === undefined) throw new Error('the broker is there in tests only')
    return broker.url
  }
}
