// A subprocess: makes records of a job, sends them, and checks what came of them.
import type { BullmqApp } from 'tanager/bullmq'
import { now } from '../clock.ts'
import { subjects } from '../subjects/index.ts'
import { appOf, type Setup } from '../subjects/setup.ts'
import { type Answer, mustAgree, type Subject, type Supply } from '../subjects/subject.ts'
import { serve } from '../subprocess.ts'

interface Open {
  readonly setup: Setup
  readonly subject: Subject
  readonly supply: Supply
  readonly client: ReturnType<BullmqApp['client']>
}

let open: Open | undefined

/** Records that are made at a time: what is not sent yet is held. */
const chunk = 20_000

async function send(count: number, next: () => string): Promise<void> {
  const { client, subject } = open as Open
  for (let left = count; left > 0; left -= chunk) {
    await client.send(
      subject.source,
      Array.from({ length: Math.min(chunk, left) }, () => flat(next())),
    )
  }
}

/** One string of its own, as it would be if it had come over a wire. */
const flat = (text: string): string => Buffer.from(text).toString('latin1')

async function stored(right: Answer): Promise<Answer> {
  const { client } = open as Open
  const found: Record<string, Map<string, unknown>> = {}
  for (const store of Object.keys(right)) {
    const held = new Map<string, unknown>()
    for await (const [key, value] of client.store(store).entries()) held.set(key as string, value)
    found[store] = held
  }
  return found
}

const steps = {
  /** Begins anew, with the first record. */
  open: async (setup: Setup, redis: string) => {
    await open?.client.close()
    const subject = subjects[setup.subject]
    open = { setup, subject, supply: subject.supply(setup.shape), client: appOf(setup, redis).client() }
  },

  /** Sends more records, one of each key first: then every key is there. */
  fill: async (count: number) => {
    const { setup, supply } = open as Open
    let key = 0
    await send(setup.shape.keys, () => supply.of(key++))
    await send(count, supply.next)
  },

  /** Sends more records. */
  send: async (count: number) => send(count, (open as Open).supply.next),

  settled: async () => (open as Open).client.settled(),

  check: async () => {
    const { subject, supply } = open as Open
    const right = supply.answer()
    mustAgree(subject.label, await stored(right), right, subject.agrees)
  },

  /**
   * Sends the same records again and again, as fast as they are taken, and waits until all are counted: so that to make
   * them costs nothing, and it is the worker that sets the pace. Of sums only: each must come to so many times as much.
   */
  repeat: async (times: number, count: number) => {
    const { client, subject, supply } = open as Open
    const records = Array.from({ length: count }, () => flat(supply.next()))
    for (let i = 0; i < times; i++) await client.send(subject.source, records)
    await client.settled()
    const right = Object.entries(supply.answer()).map(([store, sums]) => [
      store,
      new Map([...sums].map(([key, n]) => [key, (n as number) * times])),
    ])
    const all: Answer = Object.fromEntries(right)
    mustAgree(subject.label, await stored(all), all)
  },

  /** Looks how many records are counted until at least so many are. @returns when it was seen to change, and to how many */
  watch: async (store: string, until: number) => {
    const { client, setup } = open as Open
    const { keys } = setup.shape
    const names = Array.from({ length: keys }, (_, key) => `type${key}`)
    const seen: (readonly [at: number, counted: number])[] = []
    for (let counted = -1; counted < until; ) {
      const found = await client.store(store).multiGet(names)
      const total = found.reduce((sum, each) => sum + (each._tag === 'Some' ? (each.value as number) : 0), 0)
      if (total !== counted) seen.push([now(), total])
      counted = total
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    return seen
  },

  close: async () => {
    await open?.client.close()
    open = undefined
  },
}

export type Feeder = typeof steps
serve(steps)
