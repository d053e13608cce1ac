import type { Configuration } from './configuration.ts'
import { configurations, wide } from './configurations.ts'
import { liveness } from './explore.ts'
import { behind, bounded, emission, inOrder, kept, noticed, once } from './properties.ts'
import type { Mutate } from './protocol.ts'
import { at, readBy } from './worker.ts'

/** One thing of the protocol left out or done otherwise. */
export interface Mutation {
  readonly name: string
  readonly on: Configuration
  readonly mutate: Mutate
}

const { plain, little, calm, ordered, orderedCalm, twoStores, sparing, chainedCalm, overtaking } = configurations
const { tailAndZombie, tailAndLane, tailAndResent } = configurations
const only = (configuration: Configuration, ...faults: Configuration['faults']): Configuration => ({ ...configuration, faults })
const unaided = (configuration: Configuration): Configuration => ({ ...configuration, reconciler: 'none' })

/** Nothing is sent yet, and the queue was told of it already. */
const tellFirst: Mutate = ({ jobs, queue, senders }) => {
  queue.add(jobs.stage(0, 1))
  for (const sender of senders) sender.tell = () => false
}

/** A commit that is sent again leaves the same stamps, also where Redis has gone back and others are in their places. */
const stampedByCaller: Mutate = ({ log, program }) => {
  const stage = program.stage.bind(program)
  const isAtStake = log.isAtStake.bind(log)
  let resent = false
  log.isAtStake = () => resent || isAtStake()
  program.stage = (worker) => {
    resent = worker.unheard.now === 1
    const committed = stage(worker)
    resent = false
    return committed
  }
}

const positionStays: Mutate = ({ log }) => {
  log.trim = ({ inbox, position }, count) => {
    inbox.drop(count)
    return { position: position.now, left: inbox.length > 0 }
  }
}

/** What must not be changed, and the property it would break. */
export const harmful: readonly (Mutation & { readonly breaks: string })[] = [
  {
    name: 'append does not ask whether a number was there',
    on: only(little, 'deaf'),
    breaks: once,
    mutate: ({ log }) => {
      log.isRepeated = () => false
    },
  },
  {
    name: 'append does not ask whether a number is missing',
    on: overtaking,
    breaks: kept,
    mutate: ({ log }) => {
      log.isGap = () => false
    },
  },
  {
    name: 'append knows a number before it has written the batch',
    on: only(little, 'deaf'),
    breaks: liveness,
    mutate: ({ senders }) => {
      for (const sender of senders) {
        // It dies between the two.
        sender.notHeard = () => {
          const { entries, history, head } = sender.stream
          entries.set(head.now, 0)
          history.set(head.now, 0)
        }
      }
    },
  },
  {
    name: 'append takes whatever comes',
    on: chainedCalm,
    breaks: bounded,
    mutate: ({ log }) => {
      log.isFull = () => false
    },
  },
  {
    name: 'a sender that was not answered takes a new number',
    on: only(little, 'deaf'),
    breaks: once,
    mutate: ({ senders }) => {
      for (const sender of senders) sender.notHeard = () => (sender.skipped.now += 1)
    },
  },
  {
    name: 'a writer is forgotten while its sender still waits for an answer',
    on: only(little, 'deaf'),
    breaks: once,
    mutate: ({ senders }) => {
      for (const sender of senders) sender.notHeard = () => sender.stream.lastNumber.set(0, 0)
    },
  },
  {
    name: 'commit-stage asks neither for the mark nor for the entry',
    on: only(little, 'stall'),
    breaks: once,
    mutate: ({ log }) => {
      log.isMarked = () => false
      log.take = (stream, sequence) => {
        stream.entries.set(sequence, 0)
        return true
      }
    },
  },
  {
    name: 'commit-stage keeps the entry',
    on: little,
    breaks: liveness,
    mutate: ({ log }) => {
      log.take = (stream, sequence) => log.read(stream, sequence).batch !== 0
    },
  },
  {
    name: 'commit-stage does not remember what is ahead of the watermark',
    on: calm,
    breaks: liveness,
    mutate: ({ log }) => {
      log.advance = (stream, sequence) => {
        if (log.isNext(stream, sequence)) stream.watermark.now = sequence
      }
    },
  },
  {
    name: 'commit-stage moves the watermark over a gap',
    on: calm,
    breaks: behind,
    mutate: ({ log }) => {
      log.advance = ({ watermark }, sequence) => {
        watermark.now = Math.max(watermark.now, sequence)
      }
    },
  },
  {
    name: 'commit-stage adds to the inboxes, then marks, in two steps',
    on: only(little, 'crash'),
    breaks: once,
    mutate: ({ log, program }) => {
      program.steps[at.commitStage] = (worker) => {
        const { stream, sequence } = program.stageOf(worker)
        if (log.read(log.stream(stream), sequence).batch === 0) worker.at.now = at.finish
        else {
          program.told(worker, log.untold(stream))
          log.push(stream, sequence, (partition) => program.adds(partition, worker.batch.now))
          worker.at.now = at.extra
        }
      }
      program.steps[at.extra] = (worker) => {
        const { stream, sequence } = program.stageOf(worker)
        if (log.take(log.stream(stream), sequence, readBy(worker))) log.mark(stream, sequence)
        worker.batch.now = 0
        program.tellOr(worker, at.finish)
      }
    },
  },
  {
    name: 'commit-stage marks, then adds to the inboxes, in two steps',
    on: only(little, 'crash'),
    breaks: kept,
    mutate: ({ log, program }) => {
      program.steps[at.commitStage] = (worker) => {
        const { stream, sequence } = program.stageOf(worker)
        if (log.take(log.stream(stream), sequence, readBy(worker))) {
          log.stream(stream).committed.add(sequence)
          log.mark(stream, sequence)
          worker.at.now = at.extra
        } else worker.at.now = at.finish
      }
      program.steps[at.extra] = (worker) => {
        const { stream, sequence } = program.stageOf(worker)
        program.told(worker, log.untold(stream))
        log.push(stream, sequence, (partition) => program.adds(partition, worker.batch.now))
        worker.batch.now = 0
        program.tellOr(worker, at.finish)
      }
    },
  },
  {
    name: 'commit-stage finds one inbox full when it has added to another',
    on: { ...twoStores, reconciler: 'lost', senders: plain.senders },
    breaks: once,
    mutate: ({ log }) => {
      log.commitStage = (place, sequence, read, adds) => {
        const stream = log.stream(place)
        if (log.read(stream, sequence).batch === 0) return { status: 'already' }
        const untold = log.untold(place)
        for (const to of log.fedBy(place)) {
          if (!log.hasRoom(log.partition(to), stream, sequence)) return { status: 'full' }
          log.partition(to).inbox.push(adds(to))
        }
        log.take(stream, sequence, read)
        stream.committed.add(sequence)
        log.mark(place, sequence)
        return { status: 'committed', woken: untold }
      }
    },
  },
  {
    name: 'commit-stage adds to an inbox that is full',
    on: twoStores,
    breaks: bounded,
    mutate: ({ log }) => {
      log.hasRoom = () => true
    },
  },
  {
    name: 'commit-stage refuses the next in line where an ordered inbox is full of early ones',
    on: orderedCalm,
    breaks: liveness,
    mutate: ({ log, configuration }) => {
      log.hasRoom = ({ length }) => length < configuration.room.inbox
    },
  },
  {
    name: 'commit-stage lets the next in line in, whatever an ordered inbox holds',
    on: orderedCalm,
    breaks: bounded,
    mutate: ({ log, configuration }) => {
      log.hasRoom = ({ length }, stream, sequence) => length < configuration.room.inbox || log.isNext(stream, sequence)
    },
  },
  {
    name: 'commit-stage adds to an ordered inbox what is early',
    on: { ...calm, partitions: ordered.partitions },
    breaks: inOrder,
    mutate: ({ log }) => {
      log.mayEnter = () => true
    },
  },
  {
    name: 'commit-stage sets free what was early in any order',
    on: { ...calm, partitions: ordered.partitions },
    breaks: inOrder,
    mutate: ({ log }) => {
      const freed = log.freed.bind(log)
      log.freed = (watermark) => [...freed(watermark)].reverse()
    },
  },
  {
    name: 'commit-stage sets nothing free',
    on: { ...calm, partitions: ordered.partitions },
    breaks: kept,
    mutate: ({ log }) => {
      log.freed = () => []
    },
  },
  {
    name: 'commit-stage tells only of inboxes its own batch adds to, and nobody reconciles',
    on: sparing,
    breaks: liveness,
    mutate: ({ log }) => {
      const commit = log.commitStage.bind(log)
      log.commitStage = (place, sequence, read, adds) => {
        const committed = commit(place, sequence, read, adds)
        return committed.status === 'committed' ? { ...committed, woken: committed.woken.filter((to) => adds(to) !== 0) } : committed
      }
    },
  },
  {
    name: 'a batch that found no room is taken for done, and nobody reconciles',
    on: twoStores,
    breaks: liveness,
    mutate: ({ program }) => {
      program.putOff = (worker) => {
        worker.forget()
        worker.at.now = at.finish
      }
    },
  },
  {
    name: 'a worker tells of the drain, then commits, and nobody reconciles',
    on: unaided({ ...little, mishaps: 0 }),
    breaks: liveness,
    mutate: ({ log, program }) => {
      program.steps[at.commitStage] = (worker) => {
        program.told(worker, log.untold(program.stageOf(worker).stream))
        worker.at.now = at.tell
      }
      const tell = program.steps[at.tell] as (typeof program.steps)[number]
      program.steps[at.tell] = (worker) => {
        const { batch } = worker
        tell(worker)
        if (batch.now !== 0) worker.at.now = at.extra
      }
      program.steps[at.extra] = (worker) => {
        const { stream, sequence } = program.stageOf(worker)
        log.commitStage(stream, sequence, readBy(worker), (partition) => program.adds(partition, worker.batch.now))
        worker.batch.now = 0
        worker.at.now = at.finish
      }
    },
  },
  {
    name: 'commit-sum asks neither for the position nor for the last entry',
    on: only(plain, 'stall'),
    breaks: kept,
    mutate: ({ log }) => {
      log.isAt = () => true
      log.isLast = () => true
    },
  },
  {
    name: 'commit-stage does not ask which batch it is, and Redis loses its tail',
    on: wide.tail,
    breaks: kept,
    mutate: ({ log }) => {
      log.isIt = () => true
    },
  },
  {
    name: 'a drain takes the values of any position, and Redis loses its tail',
    on: tailAndZombie,
    breaks: once,
    mutate: ({ log }) => {
      log.valuesAt = ({ values }) => values
    },
  },
  {
    name: 'commit-sum does not ask for the last entry, and Redis loses its tail',
    on: tailAndZombie,
    breaks: once,
    mutate: ({ log }) => {
      log.isLast = () => true
    },
  },
  {
    name: 'the stamp of an inbox entry is the caller’s alone, and Redis loses its tail',
    // Three at work: who commits and is not heard, who has the inbox in hand, and who puts another entry in its place.
    on: { ...unaided(wide.tailAndResent), workers: 3 },
    breaks: once,
    mutate: stampedByCaller,
  },
  {
    name: 'an unknown writer’s batch is taken, whatever its sender was told, and Redis loses its tail',
    on: tailAndLane,
    breaks: noticed,
    mutate: ({ log }) => {
      log.isLost = () => false
    },
  },
  {
    name: 'a sender that has noticed a loss keeps its name',
    on: tailAndLane,
    breaks: liveness,
    mutate: ({ senders }) => {
      for (const sender of senders) sender.renew = () => (sender.noticed.now = 1)
    },
  },
  {
    name: 'commit-sum neither moves the position nor asks for the last entry',
    on: only(plain, 'stall'),
    breaks: once,
    mutate: (protocol, cells) => {
      positionStays(protocol, cells)
      protocol.log.isLast = () => true
    },
  },
  {
    name: 'commit-sum writes the values, then trims the inbox, in two steps',
    on: only(little, 'crash'),
    breaks: once,
    mutate: ({ log, program }) => {
      program.steps[at.commitSum] = (worker) => {
        const partition = program.partitionOf(worker)
        if (!log.isAt(partition, worker.position.now)) {
          worker.forget()
          worker.at.now = at.finish
          return
        }
        partition.values.copy(program.merged(worker))
        worker.at.now = at.extra
      }
      program.steps[at.extra] = (worker) => {
        if (log.isAt(program.partitionOf(worker), worker.position.now)) log.trim(program.partitionOf(worker), worker.entries.length)
        worker.forget()
        worker.at.now = at.finish
      }
    },
  },
  {
    name: 'commit-sum trims the inbox, then writes the values, in two steps',
    on: only(little, 'crash'),
    breaks: kept,
    mutate: ({ log, program }) => {
      program.steps[at.commitSum] = (worker) => {
        const partition = program.partitionOf(worker)
        if (log.isAt(partition, worker.position.now)) {
          log.trim(partition, worker.entries.length)
          worker.at.now = at.extra
          return
        }
        worker.forget()
        worker.at.now = at.finish
      }
      program.steps[at.extra] = (worker) => {
        program.partitionOf(worker).values.copy(program.merged(worker))
        worker.forget()
        worker.at.now = at.finish
      }
    },
  },
  {
    name: 'commit-sum takes out more than was merged',
    on: calm,
    breaks: kept,
    mutate: ({ log }) => {
      log.trim = ({ inbox, position }, count) => {
        position.now += count
        inbox.clear()
        return { position: position.now, left: false }
      }
    },
  },
  {
    name: 'commit-sum adds to an output that is full',
    on: chainedCalm,
    breaks: bounded,
    mutate: ({ log }) => {
      log.hasRoomAfter = () => true
    },
  },
  {
    name: 'commit-sum keeps what changed to itself where the output is full',
    on: chainedCalm,
    breaks: emission,
    mutate: ({ log }) => {
      const passOn = log.passOn.bind(log)
      const hasRoomAfter = log.hasRoomAfter.bind(log)
      log.hasRoomAfter = () => true
      log.passOn = (partition, output) => (hasRoomAfter(partition, output) ? passOn(partition, output) : 0)
    },
  },
  {
    name: 'a drain reads the values before the inbox',
    on: plain,
    breaks: kept,
    mutate: ({ program }) => {
      program.readInbox = (worker) => {
        worker.forget()
        program.readValues(worker)
        worker.at.now = at.readValues
      }
      program.steps[at.readValues] = (worker) => {
        program.readEntries(worker)
        worker.at.now = worker.entries.length === 0 ? at.finish : at.commitSum
      }
    },
  },
  {
    name: 'a drain ends with something left, and nobody reconciles',
    on: { ...calm, slice: 1 },
    breaks: liveness,
    mutate: ({ program }) => {
      program.steps[at.more] = (worker) => {
        worker.forget()
        worker.at.now = at.finish
      }
      program.turnOver = () => false
    },
  },
  {
    name: 'a drain’s job is named after its partition alone, and nobody reconciles',
    on: calm,
    breaks: liveness,
    mutate: ({ jobs }) => {
      const sum = jobs.sum.bind(jobs)
      jobs.sum = (partition) => sum(partition, 0)
    },
  },
  {
    name: 'a sender tells of a batch, then appends it, and nobody reconciles',
    on: unaided({ ...little, mishaps: 0 }),
    breaks: liveness,
    mutate: tellFirst,
  },
  {
    name: 'nobody reconciles, and a worker dies',
    on: unaided(only(little, 'crash')),
    breaks: liveness,
    mutate: () => {},
  },
  {
    name: 'nobody reconciles, and the queue loses a job',
    on: unaided(only(little, 'lose')),
    breaks: liveness,
    mutate: () => {},
  },
  {
    name: 'the reconciler passes over the first it finds',
    on: only(little, 'lose'),
    breaks: liveness,
    mutate: ({ reconciler }) => {
      const pending = reconciler.pending.bind(reconciler)
      reconciler.find = () => pending().slice(1)
    },
  },
  {
    name: 'the reconciler looks at streams only',
    on: only(little, 'crash'),
    breaks: liveness,
    mutate: ({ reconciler, jobs }) => {
      const pending = reconciler.pending.bind(reconciler)
      reconciler.find = () => pending().filter((job) => 'sequence' in jobs.get(job))
    },
  },
]

/** What may be changed without harm, and why: checks that stand behind another, and what the reconciler makes good. */
export const harmless: readonly (Mutation & { readonly because: string })[] = [
  {
    name: 'commit-sum does not ask for the position',
    because: 'the last entry merged is another then',
    on: only(plain, 'stall'),
    mutate: ({ log }) => {
      log.isAt = () => true
    },
  },
  {
    name: 'commit-sum does not move the position',
    because: 'the last entry merged is another then, and the reconciler finds the drain whose job has the name of the one before',
    on: only(plain, 'stall'),
    mutate: positionStays,
  },
  {
    name: 'the stamp of an inbox entry is the caller’s alone, and there are two batches',
    because: 'it takes a third to stand in the place of one that was lost',
    on: tailAndResent,
    mutate: stampedByCaller,
  },
  {
    name: 'commit-stage does not ask for the mark',
    because: 'the entry is gone once the batch is committed',
    on: only(plain, 'stall'),
    mutate: ({ log }) => {
      log.isMarked = () => false
    },
  },
  {
    name: 'commit-stage does not ask for the entry',
    because: 'whoever has read the entry finds the mark; only a Redis that lost its tail has neither',
    on: only(plain, 'stall'),
    mutate: ({ log }) => {
      log.take = (stream, sequence) => {
        stream.entries.set(sequence, 0)
        return true
      }
    },
  },
  {
    name: 'a sender tells of a batch, then appends it',
    because: 'the reconciler finds the batch',
    on: only(plain, 'lose'),
    mutate: tellFirst,
  },
  {
    name: 'a job is put away before its work is done',
    because: 'the reconciler finds the work',
    on: only(little, 'crash'),
    mutate: ({ program, queue }) => {
      const begin = program.begin.bind(program)
      program.begin = (worker, job) => {
        begin(worker, job)
        queue.forget(job)
        worker.lost.now = 1
      }
    },
  },
  {
    name: 'a drain’s job is named after its partition alone',
    because: 'the reconciler finds what came while the last drain was ending',
    on: { ...plain, mishaps: 0 },
    mutate: ({ jobs }) => {
      const sum = jobs.sum.bind(jobs)
      jobs.sum = (partition) => sum(partition, 0)
    },
  },
  {
    name: 'nobody reconciles, and a worker stands still',
    because: 'the queue gives its job to another',
    on: unaided(only({ ...plain, mishaps: 2 }, 'stall')),
    mutate: () => {},
  },
]
