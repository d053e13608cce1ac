import type { Random } from '../../../platforms/simulation/random.ts'
import type { Command } from '../../redis/proxy.ts'
import type { World } from '../world.ts'
import type { Fault } from './fault.ts'

// Half of the cuts are meant for a step of the log, where a lost reply matters most; the others for whatever comes.
const pick = (random: Random) => (random.chance(0.5) ? ([name]: Command) => /^(evalsha|eval)$/i.test(name ?? '') : () => true)

const cuts =
  (side: 'before' | 'after') =>
  async ({ proxy, sleep }: World, random: Random, struck: () => void): Promise<string> => {
    const names: string[] = []
    const times = 1 + random.below(4)
    for (let i = 0; i < times; i++) {
      const cut = proxy.cut(side, pick(random)).then(([name = '']) => names.push(name.toUpperCase()))
      if (i === times - 1) struck()
      // Where nobody says anything there is nothing to cut.
      await Promise.race([cut, sleep(5_000)])
    }
    return names.join(', ')
  }

export const cutBefore: Fault = {
  what: 'connections cut before a command reaches Redis',
  strike: cuts('before'),
}

export const lostReply: Fault = {
  what: 'connections cut after a command, before its reply',
  strike: cuts('after'),
}

export const slow: Fault = {
  what: 'every connection slowed',
  strike: async ({ proxy, sleep }, random, struck) => {
    const milliseconds = 20 + random.below(180)
    proxy.slow(milliseconds)
    await sleep(1000 + random.below(2000))
    proxy.slow(0)
    struck()
    return `by ${milliseconds} ms each way`
  },
}

export const clientKill: Fault = {
  what: 'CLIENT KILL of one connection, or of all',
  strike: async ({ redis, alone }, random, struck) =>
    alone(async () => {
      struck()
      if (random.chance(0.3)) return `${await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')} connections`
      const ids = String(await redis.call('CLIENT', 'LIST', 'TYPE', 'normal')).match(/(?<=^id=)\d+/gm) ?? []
      const own = String(await redis.call('CLIENT', 'ID'))
      const id = random.pick(ids.filter((each) => each !== own))
      await redis.call('CLIENT', 'KILL', 'ID', id)
      return `connection ${id}`
    }),
}
