import type * as module from 'amqplib'
import { messageOf, TanagerError } from '../../core/error.ts'

/** The driver is an optional peer: only who speaks to RabbitMQ needs it. */
export async function driver(): Promise<typeof module> {
  try {
    return await import('amqplib')
  } catch (cause) {
    if (!/Cannot find (?:package|module) 'amqplib/.test(messageOf(cause))) throw cause
    throw new TanagerError('missing-package', 'RabbitMQ needs the package amqplib, which is not installed', {
      remedy: 'Type: npm install amqplib',
      cause,
    })
  }
}
