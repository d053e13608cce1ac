import type { Progress, StreamProgress } from '../log.ts'
import type { Declared } from './alarm.ts'
import type { Track } from './still.ts'

/** What a range is asked of: a count that only grows. */
export function countOf({ slot, kind, of }: Declared, { streams, outputs }: Progress): number {
  if (of === 'source') return streams.get(slot)?.records ?? 0
  return outputs.get(slot)?.[kind === 'bytes' ? 'bytes' : 'rows'] ?? 0
}

/** What must move: a stream's watermark; of a store the merging of each partition, and of what it passes on. */
export function tracksOf({ slot, of }: Declared, { streams, stores, sinks }: Progress): readonly Track[] {
  if (of === 'sink') return trackOf(sinks.get(slot))
  const merging = (stores.get(slot) ?? []).map(({ position, pending }) => ({ at: position, waiting: pending }))
  return [...merging, ...trackOf(streams.get(slot))]
}

const trackOf = (stream: StreamProgress | undefined): readonly Track[] =>
  stream === undefined ? [] : [{ at: stream.watermark, waiting: stream.backlog }]
