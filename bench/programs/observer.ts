// A subprocess: sees events come into the store.
import { createHistogram } from 'node:perf_hooks'
import { now } from '../clock.ts'
import { deployment } from '../contenders/tanager.ts'
import { dueAt, keyOf, type Schedule } from '../schedule.ts'
import { serve } from '../subprocess.ts'

/** Milliseconds, from when an event was due until it was seen in the store. */
export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly most: number
  /** Between two looks at the store, in the middle: no latency is known more closely. */
  readonly look: number
}

/** Between one answer and the next question, in milliseconds. */
const pause = 1
/** How long nothing may come, in milliseconds. */
const patience = 60_000

const steps = {
  /**
   * Looks until all are there. The n-th event of a key is seen when its count is n: where two change places, one seems as
   * much faster as the other seems slower.
   */
  observe: async (redis: string, schedule: Schedule): Promise<Latency> => {
    const client = deployment(redis).client()
    const store = client.store('types')
    const keys = Array.from({ length: schedule.keys }, (_, key) => keyOf(schedule, key))
    const seen = keys.map(() => 0)
    const latencies = createHistogram({ figures: 3, highest: 3_600_000_000 })
    const looks = createHistogram({ figures: 3, highest: 3_600_000_000 })
    let [left, last, looked] = [schedule.events, now(), now()]
    while (left > 0) {
      const found = await store.multiGet(keys)
      const at = now()
      looks.record(Math.max(1, Math.round((at - looked) * 1000)))
      looked = at
      for (const [key, value] of found.entries()) {
        const count = value._tag === 'Some' ? value.value : 0
        for (let n = seen[key] as number; n < count; n++) {
          const event = key + n * schedule.keys
          if (event >= schedule.events) throw new Error(`${keys[key]} is ${count}: more than was sent`)
          if (event >= schedule.warmUp) latencies.record(Math.max(1, Math.round((at - dueAt(schedule, event)) * 1000)))
          left -= 1
          last = at
        }
        seen[key] = count
      }
      if (at - Math.max(last, schedule.begin) > patience) throw new Error(`${left} of ${schedule.events} events did not come`)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
    await client.close()
    const milliseconds = (microseconds: number) => microseconds / 1000
    return {
      p50: milliseconds(latencies.percentile(50)),
      p99: milliseconds(latencies.percentile(99)),
      p999: milliseconds(latencies.percentile(99.9)),
      most: milliseconds(latencies.max),
      look: milliseconds(looks.percentile(50)),
    }
  },
}

export type Observer = typeof steps
serve(steps)
