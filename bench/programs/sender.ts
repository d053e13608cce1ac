// A subprocess: has the events, sends them for whoever is on, and checks what came of it.
import { typeOf } from '../beacon.ts'
import { type RedisContenderName, redisContenders } from '../contenders/index.ts'
import { deployment } from '../contenders/tanager.ts'
import { beacons, type Counts, countsOf, firstBeacons, mustEqual } from '../events.ts'
import { serve } from '../subprocess.ts'

let events: readonly string[] = []
/** The right answers, by how many of the events were sent. */
const right = new Map<number, Counts>()
const supply = beacons()

const steps = {
  /** @returns the mean length of an event */
  prepare: async (count: number) => {
    events = firstBeacons(count)
    return events.reduce((sum, { length }) => sum + length, 0) / count
  },

  /** @returns how many seconds it took */
  send: async (name: RedisContenderName, redis: string, count: number, batchSize: number) => {
    const some = events.slice(0, count)
    const begin = performance.now()
    await redisContenders[name].send(redis, some, batchSize)
    return (performance.now() - begin) / 1000
  },

  check: async (name: RedisContenderName, redis: string, count: number) => {
    const { label, counts } = redisContenders[name]
    const answer = right.get(count) ?? countsOf(events.slice(0, count))
    right.set(count, answer)
    mustEqual(label, await counts(redis), answer)
  },

  /** Sends events one at a time, each once the one before is in the store; answers how many milliseconds each took to get there. */
  oneByOne: async (redis: string, count: number, pause: number) => {
    const client = deployment(redis).client()
    const store = client.store('types')
    const sent = new Map<string, number>()
    const times: number[] = []
    while (times.length < count) {
      const beacon = supply.next().value
      const type = typeOf(beacon)
      const number = (sent.get(type) ?? 0) + 1
      sent.set(type, number)
      const begin = performance.now()
      await client.send('beacons', [beacon])
      while ((await store.get(type)) !== number);
      times.push(performance.now() - begin)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
    await client.close()
    return times
  },

  /** Sends more events as fast as they are taken, holding one batch of them at a time; waits until `total` are counted. */
  flow: async (redis: string, count: number, total: number, batchSize: number) => {
    // With the room everybody has: it is the worker's pace that counts here.
    const client = deployment(redis).with({ room: {} }).client()
    for (let left = count; left > 0; left -= batchSize) {
      const batch = Array.from({ length: Math.min(batchSize, left) }, () => supply.next().value)
      await client.send('beacons', batch)
    }
    await client.settled()
    let counted = 0
    for await (const [, n] of client.store('types').entries()) counted += n
    await client.close()
    if (counted !== total) throw new Error(`${total} events were sent, ${counted} counted`)
  },
}

export type Sender = typeof steps
serve(steps)
