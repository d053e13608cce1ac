import type { AlarmState } from '../core/engine/outputs/alarm.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { BullmqApp, Client } from '../platforms/bullmq/index.ts'
import { Failure, usage } from './fault.ts'
import { output } from './output.ts'
import { age, counted, visible } from './text.ts'

/** Without a look for longer than this, in milliseconds, nobody looks: workers do so every five seconds, or take over within 16. */
const lately = 30_000

/**
 * The alarms that stand, for whoever looks after the job from outside: a cron job, a probe.
 *
 * @throws Failure if one stands, or if no worker looks, as a job that is stopped raises no alarm
 */
export async function showAlarms(client: Client<AnySlot>, { job, options }: BullmqApp, json: boolean): Promise<void> {
  if (Object.keys(options.alarms ?? {}).length === 0) {
    throw usage(`the deployment of ${job.name} declares no alarms`, {
      remedy: 'Declare some: bullmq({ alarms: { counts: { quiet: { minutes: 5 } } } })',
    })
  }
  const { alarms, workers } = await client.status()
  await output.lines(json ? alarms.standing.map((alarm) => JSON.stringify({ alarm })) : alarmLines(alarms))
  const away = unwatched(alarms, workers)
  if (away !== undefined) throw new Failure(away)
  if (alarms.standing.length > 0) throw new Failure(`${counted(alarms.standing.length, 'alarm')} of ${job.name}`)
}

/** A line for each alarm that stands. */
export function* alarmLines({ standing }: AlarmState): Generator<string, void> {
  for (const { text, since } of standing) yield `${output.paint.red(`alarm for ${age(Date.now() - since)}`)}: ${visible(text)}`
}

/** What is to be said where nobody looks. */
function unwatched({ looked }: AlarmState, workers: number): string | undefined {
  if (looked !== undefined && Date.now() - looked <= lately) return undefined
  const last = looked === undefined ? 'no worker has ever looked' : `no worker has looked for ${age(Date.now() - looked)}`
  return `${last} whether alarms are due; ${workers === 0 ? 'none is' : `${counted(workers, 'worker')} ${workers === 1 ? 'is' : 'are'}`} at work now`
}
