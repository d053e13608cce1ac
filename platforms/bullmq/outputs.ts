import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/contract/clock.ts'
import type { Log } from '../../core/engine/log.ts'
import type { Alarm, Declared } from '../../core/engine/outputs/alarm.ts'
import { Monitor } from '../../core/engine/outputs/monitor.ts'
import { messageOf } from '../../core/error.ts'
import type { Settings } from './options.ts'
import { noticed } from './queues.ts'

interface Parts {
  readonly job: string
  readonly declared: readonly Declared[]
  readonly log: Log
  readonly clock: Clock
  readonly settings: Pick<Settings, 'notice' | 'onAlarm'>
}

/** Looks after outputs as long as this worker works; where nothing is declared it asks Redis for nothing. */
export function monitorOf({ declared, settings: { notice, onAlarm }, ...parts }: Parts): Pick<Monitor, 'start' | 'stop'> {
  if (declared.length === 0) return { start: () => {}, stop: async () => {} }
  const tell = (alarm: Alarm) => {
    notice(`${alarm.stands ? 'alarm' : 'alarm over'}: ${alarm.text}`)
    // What is done with an alarm is the user's, and must not keep the next look waiting.
    void (async () => onAlarm(alarm))().catch((error: unknown) => notice(`onAlarm: ${messageOf(error)}`))
  }
  const failed = noticed('looking after alarms', notice)
  return new Monitor({
    ...parts,
    declared,
    tell,
    name: randomUUID(),
    failed: (error) => failed(new Error(messageOf(error), { cause: error })),
  })
}
