import type { JobLook, RedisFacts, StreamLook } from '../../platforms/bullmq/index.ts'
import { count, counted, visible } from '../text.ts'
import { bad, type Finding, good, warning } from './finding.ts'
import { percent } from './wording.ts'

/** A deployed job: whether its plan fits, whether it moves, what is stuck and how much room is left. */
export function* jobFindings({ job, jobRefused }: RedisFacts, module: string): Generator<Finding, void> {
  if (jobRefused !== undefined) {
    yield bad('job', {
      found: `cannot be looked at: ${visible(jobRefused)}`,
      why: 'Its workers and clients meet the same.',
      remedy: /^MOVED/.test(jobRefused) ? 'Name the node of the cluster that it tells.' : 'Mend what is bad above, then ask again.',
    })
  }
  if (job === undefined) return
  yield plan(job)
  yield* workers(job, module)
  yield* paused(job)
  for (const stream of job.streams) yield stream.taken ? moving(stream, job) : kept(stream)
  for (const store of job.stores) yield storeRoom(store)
  yield failed(job, module)
  yield dead(job, module)
  yield writers(job)
}

function plan({ plan: look }: JobLook): Finding {
  switch (look.fit) {
    case 'none':
      return good('plan', 'none is deployed yet')
    case 'same':
      return good('plan', 'the one deployed')
    case 'takes over':
      return good('plan', 'not the one deployed, but it reads the same state and may take its place')
    case 'misreads':
      return bad('plan', {
        found: visible(look.differences),
        why: 'Workers and clients of this plan refuse to start.',
        remedy: look.remedy,
      })
  }
}

const waitingIn = ({ streams, stores }: JobLook) => ({
  batches: streams.reduce((sum, { backlog, taken }) => sum + (taken ? backlog : 0), 0),
  entries: stores.reduce((sum, { pending }) => sum + pending, 0),
})

const waiting = (n: number) => `${counted(n, 'batch', 'batches')} ${n === 1 ? 'waits' : 'wait'}`

function* workers(job: JobLook, module: string): Generator<Finding, void> {
  const { workers: n } = job.queues
  // Redis does not tell; that is said above.
  if (n === undefined) return
  const { batches, entries } = waitingIn(job)
  const remedy = `tanager worker ${module}`
  if (n > 0) yield good('workers', count(n))
  else if (batches > 0) yield bad('workers', { found: `none, and ${waiting(batches)}`, why: 'Nothing is counted.', remedy })
  else if (entries > 0) yield bad('workers', { found: 'none, and something is not merged', why: 'Stores lag behind.', remedy })
  else if (job.plan.fit === 'none') yield good('workers', 'none yet')
  else yield warning('workers', { found: 'none', why: 'What is sent now waits.', remedy })
}

function* paused({ queues }: JobLook): Generator<Finding, void> {
  if (queues.paused.length === 0) return
  yield bad('queues', {
    found: `paused: ${queues.paused.join(', ')}`,
    why: 'Somebody has paused them in BullMQ, from a dashboard say: their work waits.',
    remedy: 'Resume them there.',
  })
}

function moving({ name, kind, backlog, watermark, moved, used }: StreamLook, { queues }: JobLook): Finding {
  const check = `${kind} ${name}`
  if (backlog === 0) return good(check, watermark === 0 ? 'empty' : `all ${counted(watermark, 'batch', 'batches')} committed`)
  const waits = `${waiting(backlog)}, ${percent(used)} of the room`
  if (used >= 1) {
    return bad(check, {
      found: `full: ${waits}`,
      why: 'What would add to it waits until workers have caught up.',
      remedy: 'Start more workers, or find out what holds them up.',
    })
  }
  if (!moved) {
    const words = { found: `${waits}, and none was committed for a second`, why: `The watermark stands at ${count(watermark)}.` }
    if (queues.workers === 0) return bad(check, { ...words, remedy: 'Start a worker.' })
    return warning(check, {
      ...words,
      remedy:
        queues.failed > 0
          ? 'See the failed batches below.'
          : 'If it stays so, see what the workers say: a service may be away, or a function take long.',
    })
  }
  if (used < 0.8) return good(check, waits)
  return warning(check, { found: waits, why: 'Once it is full, what would add to it waits.', remedy: 'Start more workers.' })
}

function kept({ name, backlog, used }: StreamLook): Finding {
  const words = {
    found: `nothing takes from it; ${counted(backlog, 'batch', 'batches')} kept, ${percent(used)} of the room`,
    why: 'Its batches stay in Redis, for whoever reads them. Once it is full, batches that write to it wait, and all behind them.',
    remedy: 'Bind it in the deployment.',
  }
  return used >= 1 ? bad(`sink ${name}`, words) : warning(`sink ${name}`, words)
}

function storeRoom({ name, keys, pending, used }: JobLook['stores'][number]): Finding {
  const check = `store ${name}`
  const found = `${counted(keys, 'key')}, ${count(pending)} to be merged${used > 0 ? `, ${percent(used)} of the room` : ''}`
  if (used < 0.8) return good(check, found)
  return warning(check, {
    found,
    why: 'Its fullest inbox has no room for more: batches that add to it are put off until it is merged.',
    remedy: 'Start more workers. If one key gets most of what is added, more of them do not help: merge more before it.',
  })
}

function failed({ queues }: JobLook, module: string): Finding {
  if (queues.failed === 0) return good('failed batches', 'none')
  return bad('failed batches', {
    found: count(queues.failed),
    why: 'They are out of attempts and not counted; their watermarks wait for them.',
    remedy: `tanager status ${module} shows why. When that is mended: tanager dead-letters ${module} retry`,
  })
}

function dead({ deadLetters, mostDeadLetters }: JobLook, module: string): Finding {
  if (deadLetters === 0) return good('dead letters', 'none')
  const remedy = `tanager dead-letters ${module} list`
  const found = `${count(deadLetters)} of at most ${count(mostDeadLetters)}`
  if (deadLetters >= mostDeadLetters) {
    return bad('dead letters', { found, why: 'There is no room for more: batches with a record that is refused wait.', remedy })
  }
  return warning('dead letters', {
    found,
    why: 'Records that were refused. They are not in the counts, and stay until they are retried or dropped.',
    remedy,
  })
}

/** As many take about ten megabytes. */
const many = 100_000

function writers({ streams }: JobLook): Finding {
  const n = streams.reduce((sum, stream) => sum + stream.writers, 0)
  if (n < many) return good('writers', count(n))
  return warning('writers', {
    found: count(n),
    why: 'Each client that has sent leaves its last number, about a hundred bytes, until it has been silent for days.',
    remedy: 'Let clients live long, send under names that come again ({ writer, sequence }), or lower forgetWriters.',
  })
}
