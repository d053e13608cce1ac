// A subprocess: sends single events, each when it is due, whatever became of those before.
import { now } from '../clock.ts'
import { deployment } from '../contenders/tanager.ts'
import { dueAt, eventOf, type Schedule } from '../schedule.ts'
import { serve } from '../subprocess.ts'

/** How long it goes on with what is due before it lets the connection have the processor, in events. */
const atOnce = 100

const steps = {
  /** @returns how late, in milliseconds, the event was that was sent latest: the machine had no time for us */
  pace: async (redis: string, schedule: Schedule) => {
    const client = deployment(redis).client()
    // Connected, and known to fit what is deployed, before the first is due.
    await client.status()
    let failed: unknown
    let latest = 0
    const sending = new Set<Promise<unknown>>()
    for (let event = 0; event < schedule.events && failed === undefined; ) {
      for (let i = 0; i < atOnce && event < schedule.events && dueAt(schedule, event) <= now(); i++, event++) {
        latest = Math.max(latest, now() - dueAt(schedule, event))
        const sent: Promise<unknown> = client
          .send('beacons', [eventOf(schedule, event)])
          .catch((error: unknown) => {
            failed = error
          })
          .finally(() => sending.delete(sent))
        sending.add(sent)
      }
      // A timer comes a millisecond late as often as not; who is late sends what is due meanwhile together, and it counts.
      const left = event < schedule.events ? dueAt(schedule, event) - now() : 0
      await (left > 0 ? new Promise((resolve) => setTimeout(resolve, left)) : new Promise((resolve) => setImmediate(resolve)))
    }
    await Promise.all(sending)
    await client.close()
    if (failed !== undefined) throw failed
    return latest
  },
}

export type Pacer = typeof steps
serve(steps)
