import { afterEach, describe, expect, it, vi } from 'vitest'
import { aggregation } from '../../core/algebra/aggregation.ts'
import { sum } from '../../core/algebra/index.ts'
import { int } from '../../core/codec/int.ts'
import { string } from '../../core/codec/string.ts'
import { TanagerError } from '../../core/error.ts'
import { job } from '../../core/job.ts'
import { source } from '../../core/producer/fluent.ts'
import { store } from '../../core/slot/slot.ts'
import { type SimulationOptions, simulation } from '../../platforms/simulation/index.ts'
import { Inbox } from '../../platforms/simulation/log/inbox.ts'
import { Marks } from '../../platforms/simulation/log/marks.ts'
import { OrderedInbox } from '../../platforms/simulation/log/ordered-inbox.ts'
import { Partition } from '../../platforms/simulation/log/partition.ts'
import { Stream } from '../../platforms/simulation/log/stream.ts'

// Each check of the protocol is one method of the log in memory. Each is taken out here, and some law must break: a
// check that can go unnoticed is either not needed or not tested.

const first = source('first', { item: int })
const second = source('second', { item: int })
const ids = first.map((n) => `first ${n}`).merge(second.map((n) => `second ${n}`))
const joined = aggregation<string>({ id: 'joined', value: string, semigroup: { concat: (a, b) => `${a}, ${b}` } })
const watched = job(
  'watched',
  ids
    .map((id) => [id, 1] as const)
    .sumByKey(store('each', { key: string, sum }))
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(store('all', { key: string, sum }))
    // Read, so that what it tells of can be compared with what it holds.
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(store('told', { key: string, sum })),
  ids.map((id) => ['all', id] as const).sumByKey(store('text', { key: string, sum: joined })),
)

const count = 25
const numbers = Array.from({ length: count }, (_, n) => n)

type Law = 'once' | 'nothing vanishes' | 'order' | 'emission' | 'comes to rest'

/** The laws that one run breaks. */
async function broken(options: SimulationOptions): Promise<ReadonlySet<Law>> {
  const laws = new Set<Law>()
  const run = await simulation({ steps: 20_000, ...options })
    .on(watched)
    .run({ first: numbers, second: numbers })
    .catch((error: unknown) => {
      if (error instanceof TanagerError && error.code === 'timeout') return undefined
      throw error
    })
  if (run === undefined) return laws.add('comes to rest')
  const counts = ['first', 'second'].flatMap((stream) => numbers.map((n) => run.stores.each.get(`${stream} ${n}`) ?? 0))
  if (counts.some((n) => n > 1) || run.batches.some(({ commits }) => commits > 1)) laws.add('once')
  if (counts.some((n) => n < 1) || run.batches.some(({ commits }) => commits < 1)) laws.add('nothing vanishes')
  const text = (run.stores.text.get('all') ?? '').split(', ')
  if (text.length < 2 * count) laws.add('nothing vanishes')
  if (text.length > 2 * count) laws.add('once')
  for (const stream of ['first', 'second']) {
    const seen = text.filter((id) => id.startsWith(stream)).map((id) => Number(id.split(' ')[1]))
    if (seen.some((n, i) => i > 0 && n < (seen[i - 1] as number))) laws.add('order')
  }
  let total = 0
  for (const [, { before, delta }] of run.emissions.all) {
    if ((before._tag === 'None' ? 0 : before.value) !== total) laws.add('emission')
    total += delta
  }
  if (total !== run.stores.all.get('all')) laws.add('emission')
  return laws
}

const runs = 20
const hard: SimulationOptions = { crashes: 0.05, duplicates: 0.1, losses: 0.1, workers: 4, batchRecords: 3, room: { inbox: 100 } }

/** The laws that break in any of many runs. */
async function brokenBy(options: SimulationOptions = {}): Promise<ReadonlySet<Law>> {
  const laws = new Set<Law>()
  for (let seed = 0; seed < runs; seed++) for (const law of await broken({ ...hard, seed, ...options })) laws.add(law)
  return laws
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the protocol', () => {
  it('breaks no law with all its checks', async () => {
    expect([...(await brokenBy())]).toEqual([])
  })
})

describe('left out, it breaks the law:', () => {
  it('that a batch is committed already', async () => {
    vi.spyOn(Stream.prototype, 'isCommitted').mockReturnValue(false)
    expect(await brokenBy()).toContain('once')
  })

  it('that a watermark stops at the first batch that is missing', async () => {
    vi.spyOn(Marks.prototype, 'add').mockImplementation(function (this: Marks, sequence) {
      this.watermark = Math.max(this.watermark, sequence)
    })
    const laws = await brokenBy()
    // What lies below is taken for committed, tried for ever, and counted nowhere; what depends on it comes too early.
    expect(laws).toContain('comes to rest')
  })

  it('that what is committed ahead of the watermark is remembered', async () => {
    vi.spyOn(Marks.prototype, 'add').mockImplementation(function (this: Marks, sequence) {
      if (sequence === this.watermark + 1) this.watermark = sequence
    })
    expect(await brokenBy()).toContain('nothing vanishes')
  })

  it('that a drain merges only from where it has read', async () => {
    vi.spyOn(Partition.prototype, 'isAt').mockReturnValue(true)
    const laws = await brokenBy()
    expect(laws).toContain('once')
    expect(laws).toContain('emission')
  })

  it('that a batch was sent before', async () => {
    vi.spyOn(Stream.prototype, 'isRepeated').mockReturnValue(false)
    expect(await brokenBy()).toContain('once')
  })

  it('that the batch sent before this one is missing', async () => {
    vi.spyOn(Stream.prototype, 'isGap').mockReturnValue(false)
    expect(await brokenBy()).toContain('nothing vanishes')
  })

  it('that an ordered entry waits for all before it', async () => {
    vi.spyOn(OrderedInbox.prototype, 'add').mockImplementation(Inbox.prototype.add)
    expect(await brokenBy()).toContain('order')
  })

  it('that the batch all others wait for is let into a full inbox', async () => {
    vi.spyOn(OrderedInbox.prototype, 'hasRoom').mockImplementation(Inbox.prototype.hasRoom)
    expect(await brokenBy()).toContain('comes to rest')
  })

  it('that somebody looks for what was lost', async () => {
    expect(await brokenBy({ reconcileEvery: Number.POSITIVE_INFINITY })).toContain('comes to rest')
  })
})
