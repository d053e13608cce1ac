import type { Channel, ChannelModel } from 'amqplib'
import { invalid, mustBeKnown } from './names.ts'

/** How what is missing is made. */
export interface RabbitmqDeclaration {
  /** Whether it outlives a restart of the broker; true. */
  readonly durable?: boolean
  /** What the queue is made with, such as `{ 'x-queue-type': 'quorum' }`. */
  readonly arguments?: Readonly<Record<string, unknown>>
  /** How the exchange routes: `direct`, `topic`, `fanout`, `headers`, or what a plugin adds; `direct`. */
  readonly exchangeType?: string
}

/** What has to be there. */
export interface Topology {
  readonly queue?: string | undefined
  readonly exchange?: string | undefined
  /** By which keys the queue is bound to the exchange. */
  readonly routingKeys: readonly string[]
  /** How to make it, if it may be made. */
  readonly declaration?: RabbitmqDeclaration | undefined
}

/** @throws TanagerError `invalid-option` */
export function declarationOf(declare: boolean | RabbitmqDeclaration | undefined): RabbitmqDeclaration | undefined {
  if (declare === undefined || declare === false) return undefined
  if (declare === true) return {}
  mustBeKnown('declare of RabbitMQ', declare, ['durable', 'arguments', 'exchangeType'])
  const { durable = true, exchangeType = 'direct', arguments: given = {} } = declare
  if (typeof durable !== 'boolean') throw invalid('declare: { durable }', durable, 'true or false')
  if (typeof exchangeType !== 'string' || exchangeType === '')
    throw invalid('declare: { exchangeType }', exchangeType, 'direct, topic, fanout, headers')
  if (typeof given !== 'object' || given === null)
    throw invalid('declare: { arguments }', given, "an object such as { 'x-queue-type': 'quorum' }")
  return declare
}

/**
 * Makes sure that all is there. What is there stays as it is, however it was made: whoever runs the broker knows better. Only
 * what is missing is made, if it may be.
 */
export async function ensure(model: ChannelModel, { queue, exchange, routingKeys, declaration }: Topology): Promise<void> {
  const durable = declaration?.durable ?? true
  if (exchange !== undefined) {
    await present(
      model,
      (channel) => channel.checkExchange(exchange),
      declaration && ((channel) => channel.assertExchange(exchange, declaration.exchangeType ?? 'direct', { durable })),
    )
  }
  if (queue === undefined) return
  await present(
    model,
    (channel) => channel.checkQueue(queue),
    declaration && ((channel) => channel.assertQueue(queue, { durable, arguments: declaration.arguments ?? {} })),
  )
  if (exchange === undefined || declaration === undefined) return
  await onChannel(model, async (channel) => {
    for (const key of routingKeys) await channel.bindQueue(queue, exchange, key)
  })
}

type Step = (channel: Channel) => Promise<unknown>

async function present(model: ChannelModel, check: Step, make: Step | undefined): Promise<void> {
  try {
    await onChannel(model, check)
  } catch (error) {
    if (make === undefined || (error as { readonly code?: unknown }).code !== 404) throw error
    await onChannel(model, make)
  }
}

/** A channel of its own for each step: one that asks for what is not there is closed by the broker. */
async function onChannel(model: ChannelModel, work: Step): Promise<void> {
  const channel = await model.createChannel()
  channel.on('error', () => undefined)
  await work(channel)
  await channel.close()
}
