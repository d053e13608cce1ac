import type { Fault } from './fault.ts'

export const sender: Fault = {
  what: 'SIGKILL of a sender, which begins again a few batches back',
  strike: async ({ senders }, random, struck) => {
    const victim = random.pick(senders.all)
    struck()
    await victim.end('SIGKILL')
    return victim.name
  },
}
