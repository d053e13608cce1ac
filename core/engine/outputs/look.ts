import type { Progress } from '../log.ts'
import type { Alarm, AlarmState, Declared } from './alarm.ts'
import { countOf, tracksOf } from './measure.ts'
import { lookAtRange, type RangeMemory } from './range.ts'
import { sentenceOf } from './sentence.ts'
import { lookAtTracks, type StillMemory } from './still.ts'

/** What is remembered of one thing that is expected. */
interface Watched {
  /** What was expected, as text: of another range, nothing remembered says anything. */
  readonly of: string
  readonly range?: RangeMemory
  readonly still?: StillMemory
  readonly alarm?: Alarm
}

/** What whoever looks leaves to whoever looks next. Plain data. */
export interface Memory {
  readonly looked: number
  /** By slot and kind. */
  readonly watched: { readonly [name: string]: Watched }
}

/** One look at everything: what to remember, and the alarms that begin with it, or are over. */
export function lookAt(
  job: string,
  declared: readonly Declared[],
  before: Memory | undefined,
  progress: Progress,
  now: number,
): { readonly memory: Memory; readonly told: readonly Alarm[] } {
  const told: Alarm[] = []
  const watched = declared.map((each) => {
    const name = `${each.slot} ${each.kind}`
    const of = JSON.stringify(each.range)
    const found = before?.watched[name]
    const { range, still, alarm } = found?.of === of ? found : {}
    const stands = alarm !== undefined
    const looked =
      each.kind === 'stopped'
        ? named('still', lookAtTracks(each.range.per, still, tracksOf(each, progress), { now, stands }))
        : named('range', lookAtRange(each.range, range, countOf(each, progress), now))
    const { memory, verdict, value } = looked
    const next = (is: boolean, since: number): Alarm => {
      const { slot, kind, range } = each
      return { job, slot, kind, stands: is, value, range, since, at: now, text: sentenceOf(each, is, value) }
    }
    if (verdict === 'broken' && !stands) told.push(next(true, now))
    if (verdict === 'kept' && stands) told.push(next(false, alarm.since))
    const standing = verdict === 'broken' ? next(true, alarm?.since ?? now) : verdict === 'kept' ? undefined : alarm
    return [name, { of, ...memory, ...(standing === undefined ? {} : { alarm: standing }) }] as const
  })
  return { memory: { looked: now, watched: Object.fromEntries(watched) }, told }
}

const named = <F extends string, L extends { readonly memory: unknown }>(field: F, look: L) => ({
  ...look,
  memory: { [field]: look.memory } as { readonly [_ in F]: L['memory'] },
})

/** The alarms that stand, as they were last looked at. */
export function stateOf(memory: Memory | undefined): AlarmState {
  if (memory === undefined) return { standing: [] }
  const standing = Object.values(memory.watched).flatMap(({ alarm }) => (alarm === undefined ? [] : [alarm]))
  return { standing, looked: memory.looked }
}
