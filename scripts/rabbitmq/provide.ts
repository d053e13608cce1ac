import { connect } from 'amqplib'
import { startRabbitmqServer } from './server.ts'

/** A broker to work with, and what to do when the work is done. */
export interface ProvidedRabbitmq extends AsyncDisposable {
  readonly url: string
}

/** The broker that RABBITMQ_URL names, which is somebody else's: we make only queues of our own. Without it, a private one. */
export async function provideRabbitmq(): Promise<ProvidedRabbitmq> {
  const url = process.env.RABBITMQ_URL
  if (url === undefined || url === '') return await startRabbitmqServer()
  await mustAnswer(url)
  return { url, [Symbol.asyncDispose]: async () => undefined }
}

async function mustAnswer(url: string): Promise<void> {
  try {
    const connection = await connect(url, { timeout: 5_000 })
    await connection.close()
  } catch (error) {
    throw new Error(
      `RABBITMQ_URL=${withoutPassword(url)} cannot be used: ${(error as Error).message}. Start that broker, correct the address, or unset RABBITMQ_URL: then a private broker is started.`,
    )
  }
}

const withoutPassword = (url: string) => url.replace(/:[^:@/]*@/, ':***@')
