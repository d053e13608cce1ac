import type { Fault } from './fault.ts'

const hour = 3_600_000

/** Forward or back by up to half a day; now and then back to the right time. */
export const clock: Fault = {
  what: 'the clock of a worker or sender jumps by hours',
  strike: async ({ workers, senders }, random, struck) => {
    const victim = random.pick([...workers, ...senders.all])
    const offset = random.chance(0.25) ? 0 : Math.round((random.next() - 0.5) * 24 * hour)
    victim.turnClock(offset)
    struck()
    return `${victim.name}, to ${offset < 0 ? '' : '+'}${(offset / hour).toFixed(1)} h`
  },
}
