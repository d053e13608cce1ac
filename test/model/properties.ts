import { addedTo, bagOf, sumOf, timesIn } from './batch.ts'
import type { Row } from './cells.ts'
import { canGoBack } from './configuration.ts'
import type { Machine, Property } from './machine.ts'
import type { Partition } from './partition.ts'
import type { Parts } from './parts.ts'
import type { Reconciler } from './reconciler.ts'
import type { Sender } from './sender.ts'
import type { Worker } from './worker.ts'

interface Actors {
  readonly workers: readonly Worker[]
  readonly senders: readonly Sender[]
  readonly reconciler: Reconciler
}

/** What the protocol promises, in what it lets be seen. */
export const once = 'a batch counts at most once'
export const kept = 'a batch that was accepted counts in the end'
export const behind = 'the watermark is never ahead of a batch that is not committed'
export const inOrder = 'an ordered store merges the batches of a stream in their order'
export const emission = 'what was emitted adds up to the values'
export const noticed = 'whose batch is lost learns of it as soon as another of theirs is accepted, and nobody else does'
export const bounded = 'nothing holds more than it may, and one batch'
/** Stronger than what can be seen, and true of the protocol only as it is: its steps are whole. */
export const conserved = 'for every partition, a batch is in exactly one place'

/** Where a batch has to arrive: by partition, its batches. */
function goals({ configuration: { partitions }, log }: Parts, senders: readonly Sender[]): readonly (readonly number[])[] {
  const found: number[][] = partitions.map(() => [])
  // Outputs come after what they are of, so one pass is enough.
  for (const [place, shape] of partitions.entries()) {
    const arriving = shape.fedBy.flatMap((stream) => [
      ...senders.flatMap((sender) =>
        sender.stream === log.stream(stream) ? Array.from({ length: sender.batches }, (_, i) => sender.batch(i)) : [],
      ),
      ...partitions.flatMap(({ emits }, from) => (emits === stream ? (found[from] as number[]) : [])),
    ])
    found[place] = arriving.filter((batch) => !shape.spares?.includes(batch))
  }
  return found
}

/** @param whole whether to ask for what cannot be seen from outside as well */
export function propertiesOf(parts: Parts, { workers, senders, reconciler }: Actors, whole: boolean): readonly Property[] {
  const { log, configuration, promised } = parts
  const { partitions } = log
  const toArrive = goals(parts, senders)
  const batches = senders.flatMap((sender) => Array.from({ length: sender.batches }, (_, i) => sender.batch(i)))
  const emitting = configuration.streams.map((_, stream) => partitions.filter(({ shape }) => shape.emits === stream))

  const isPromised = (batch: number) =>
    promised.has(batch) || senders.some(({ stream }) => has(stream.history, (entered) => timesIn(entered, batch) > 0))
  const atRest = () => workers.every(({ isIdle }) => isIdle) && reconciler.pending().length === 0
  const placesOf = (partition: Partition, batch: number): number => {
    const { shape, inbox, early, values } = partition
    let places = timesIn(sumOf(values), batch)
    for (let i = 0; i < inbox.length; i++) places += timesIn(inbox.get(i), batch)
    for (const row of early) places += row === undefined ? 0 : timesInRow(row, batch)
    for (const stream of shape.fedBy)
      if (timesIn(addedTo(shape, bagOf(batch)), batch) > 0) places += timesInRow(log.stream(stream).entries, batch)
    return places
  }

  const seen: readonly Property[] = [
    { name: once, holds: () => partitions.every(({ values }) => batches.every((batch) => timesIn(sumOf(values), batch) <= 1)) },
    {
      name: behind,
      holds: () =>
        log.streams.every(({ watermark, committed }) => {
          for (let sequence = 1; sequence <= watermark.now; sequence++) if (!committed.has(sequence)) return false
          return true
        }),
    },
    { name: inOrder, holds: () => partitions.every((partition) => isInOrder(parts, partition)) },
    {
      name: emission,
      holds: () =>
        emitting.every((from, stream) => {
          if (from.length === 0) return true
          const { history } = log.stream(stream)
          return batches.every(
            (batch) => timesInRow(history, batch) === from.reduce((sum, { values }) => sum + timesIn(sumOf(values), batch), 0),
          )
        }),
    },
    {
      name: kept,
      holds: () =>
        !atRest() ||
        partitions.every(({ values }, place) =>
          (toArrive[place] as readonly number[]).every((batch) => !isPromised(batch) || timesIn(sumOf(values), batch) === 1),
        ),
    },
    {
      name: bounded,
      holds: () =>
        log.streams.every(({ length }) => length <= configuration.room.stream) &&
        // The one batch more is the next in line, which is let into an ordered inbox that holds only early ones.
        partitions.every(({ length, shape }) => length <= configuration.room.inbox + (shape.ordered ? 1 : 0)),
    },
  ]
  // The senders of other configurations number what they send themselves, and may be answered out of turn.
  const learned: Property = {
    name: noticed,
    holds: () =>
      senders.every((sender) => {
        const [first, ...others] = lostAndAfter(sender)
        return sender.noticed.now === 1 ? first !== undefined : others.length === 0
      }),
  }
  const inside: Property = {
    name: conserved,
    holds: () =>
      partitions.every((partition, place) =>
        (toArrive[place] as readonly number[]).every((batch) => {
          const entered = partition.shape.fedBy.some((stream) => timesInRow(log.stream(stream).history, batch) > 0)
          return placesOf(partition, batch) === (entered ? 1 : 0)
        }),
      ),
  }
  return [...seen, ...(canGoBack(configuration) ? [learned] : []), ...(whole ? [inside] : [])]
}

/** The first batch that was accepted and is not there, and those accepted after it that are. */
function lostAndAfter(sender: Sender): readonly number[] {
  const { history } = sender.stream
  const accepted = Array.from({ length: sender.batches }, (_, i) => i).filter((i) => sender.accepted.has(i))
  const isThere = (i: number) => has(history, (entered) => timesIn(entered, sender.batch(i)) > 0)
  const lost = accepted.findIndex((i) => !isThere(i))
  return lost === -1 ? [] : [accepted[lost] as number, ...accepted.slice(lost).filter(isThere)]
}

/** Whether all was sent, committed and merged. */
export function doneOf({ log }: Parts, { senders }: Actors): Machine['isDone'] {
  return () =>
    senders.every(({ isDone }) => isDone) &&
    log.streams.every(({ head, watermark, entries }) => head.now === watermark.now && entries.isZero) &&
    log.partitions.every(({ isReady, early }) => !isReady && early.every((row) => row === undefined || row.isZero))
}

function has(row: Row, wanted: (value: number) => boolean): boolean {
  for (let i = 0; i < row.length; i++) if (wanted(row.get(i))) return true
  return false
}

function timesInRow(row: Row, batch: number): number {
  let times = 0
  for (let i = 0; i < row.length; i++) times += timesIn(row.get(i), batch)
  return times
}

function isInOrder({ log }: Parts, { shape, values }: Partition): boolean {
  if (!shape.ordered) return true
  return shape.fedBy.every((stream) => {
    const { history } = log.stream(stream)
    let last = 0
    for (let i = 0; i < values.length; i++) {
      for (let sequence = 1; sequence < history.length; sequence++) {
        if (addedTo(shape, history.get(sequence)) !== values.get(i)) continue
        if (sequence < last) return false
        last = sequence
      }
    }
    return true
  })
}
