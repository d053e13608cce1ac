import { bytesOf, namesOf } from './batch.ts'
import { Cells } from './cells.ts'
import { type Configuration, canGoBack, writersOf } from './configuration.ts'
import { faultsOf } from './faults.ts'
import { Jobs } from './jobs.ts'
import { Log } from './log.ts'
import type { Action, Claim, Machine } from './machine.ts'
import type { Parts } from './parts.ts'
import { doneOf, propertiesOf } from './properties.ts'
import { Queue } from './queue.ts'
import { Reconciler } from './reconciler.ts'
import { Sender } from './sender.ts'
import { tailOf } from './tail.ts'
import { Program, Worker } from './worker.ts'

/** The parts of a model of the protocol, so that a mutation can lay its hand on them before it runs. */
export interface Protocol extends Parts {
  readonly program: Program
  readonly workers: readonly Worker[]
  readonly senders: readonly Sender[]
  readonly reconciler: Reconciler
}

/** Changes the protocol; a variable it needs besides it takes from the cells. */
export type Mutate = (protocol: Protocol, cells: Cells) => void

/**
 * A configuration, ready to be explored.
 *
 * @param whole whether every step is as it should be, and more holds of the protocol than can be seen from outside
 */
export function protocolOf(configuration: Configuration, mutate?: Mutate, whole = mutate === undefined): Machine {
  const { streams, partitions, senders: shapes, mishaps, room } = configuration
  const cells = new Cells()
  const sent = shapes.reduce((sum, { batches }) => sum + batches, 0)
  // A mutation may have a batch entered once more for each thing that goes wrong.
  const capacity = sent + mishaps
  const jobs = new Jobs(configuration, capacity)
  const story: Machine['story'] = {}

  const log = new Log(cells, {
    streams: streams.length,
    partitions,
    writers: shapes.length * writersOf(configuration),
    room,
    capacity,
    values: (shape) => bytesOf(shape, capacity),
  })
  const queue = new Queue(cells, jobs.count)
  const promised = cells.bits(sent)
  const endOfRedis = cells.end

  const parts: Parts = {
    configuration,
    capacity,
    log,
    queue,
    jobs,
    story,
    promised,
    name: namesOf(configuration),
    tell: (who, pointers) => {
      story.tell?.(`${who} tells the queue of ${jobs.names(jobs.in(pointers))}`)
      for (const job of jobs.in(pointers)) queue.add(job)
      pointers.clear()
    },
  }
  const senders = shapes.map((_, writer) => new Sender(cells, parts, writer))
  const reconciler = new Reconciler(cells, parts)
  const left = cells.cell()
  left.now = mishaps
  const from = cells.end
  const workers = Array.from({ length: configuration.workers }, (_, i) => new Worker(`worker ${i + 1}`, cells, parts))
  const width = workers.length === 0 ? 0 : (cells.end - from) / workers.length
  const tail = canGoBack(configuration) ? tailOf(cells, endOfRedis) : undefined
  if (tail !== undefined) log.isAtStake = tail.isAtStake
  const program = new Program(parts)
  const actors = { workers, senders, reconciler, program }
  if (configuration.sent) {
    for (const sender of senders) while (!sender.isDone) sender.send(sender.next, true)
    for (const sender of senders) sender.tell()
    tail?.write()
  }
  mutate?.({ ...parts, ...actors }, cells)

  const claims: Claim[] = []
  const claim = (name: string, fairness: Claim['fairness'] = 'weak') => claims.push({ name, fairness }) - 1

  const taken = Array.from({ length: jobs.count }, (_, job) => claim(`${jobs.name(job)} is taken`, 'strong'))
  const continued = Array.from({ length: jobs.count }, (_, job) => claim(`who has ${jobs.name(job)} goes on`))
  // Workers are equals, so a claim is that of their work, not of their person. The first idle one stands for all idle ones.
  const idle = () => workers.find(({ isIdle }) => isIdle)
  const working: Action[] = [
    ...taken.map((served, job) => ({
      claim: () => served,
      step: () => {
        const worker = queue.waiting.has(job) ? idle() : undefined
        if (worker === undefined) return false
        program.begin(worker, job)
        return true
      },
    })),
    ...workers.map((worker) => ({
      claim: () => continued[worker.job.now] as number,
      step: () => {
        if (worker.isIdle) return false
        ;(program.steps[worker.at.now] as (worker: Worker) => void)(worker)
        return true
      },
    })),
    ...workers.map((worker) => ({ claim: () => continued[worker.job.now] as number, step: () => program.turnOver(worker) })),
  ]

  const sending: Action[] = senders.flatMap((sender) => {
    const sends = claim(`${sender.who} sends`)
    const tells = claim(`${sender.who} tells`)
    return [
      ...Array.from({ length: sender.batches }, (_, place) => ({ claim: () => sends, step: () => sender.send(place, true) })),
      { claim: () => tells, step: () => sender.tell() },
    ]
  })

  const looks = claim('the reconciler looks')
  const tells = claim('the reconciler tells')
  const reconciling: Action[] =
    configuration.reconciler === 'none'
      ? []
      : [
          { claim: () => looks, step: () => reconciler.look() },
          { claim: () => tells, step: () => reconciler.tell() },
        ]

  return {
    cells,
    claims,
    story,
    actions: [
      ...working,
      ...sending,
      ...reconciling,
      ...faultsOf(parts, actors, left),
      ...(tail === undefined ? [] : tail.actions(parts, workers, left)),
    ],
    properties: propertiesOf(parts, actors, whole),
    isDone: doneOf(parts, actors),
    canonical: () => sortBlocks(cells.bytes, from, width, workers.length),
  }
}

/** Puts equal blocks of bytes in order, so that it does not matter whose is whose. */
function sortBlocks(bytes: Uint8Array, from: number, width: number, count: number): void {
  for (let i = 1; i < count; i++) {
    for (let j = i; j > 0 && compare(bytes, from + (j - 1) * width, from + j * width, width) > 0; j--) {
      const above = from + j * width
      for (let k = 0; k < width; k++) {
        const byte = bytes[above + k] as number
        bytes[above + k] = bytes[above + k - width] as number
        bytes[above + k - width] = byte
      }
    }
  }
}

function compare(bytes: Uint8Array, one: number, other: number, width: number): number {
  for (let i = 0; i < width; i++) {
    const difference = (bytes[one + i] as number) - (bytes[other + i] as number)
    if (difference !== 0) return difference
  }
  return 0
}
