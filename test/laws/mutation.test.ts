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
  const run = await simulation({ steps: 10_000, ...options })
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
// Rough weather: everything goes wrong now and then, and ordered inboxes fill up.
const hard: SimulationOptions = { crashes: 0.05, duplicates: 0.1, losses: 0.1, workers: 4, batchRecords: 3, room: { inbox: 100 } }

/** How many runs it takes until the law breaks; nothing if it never does. */
async function runsToBreak(law: Law, options: SimulationOptions = {}): Promise<number | undefined> {
  for (let seed = 1; seed <= runs; seed++) if ((await broken({ ...hard, seed, ...options })).has(law)) return seed
  return undefined
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the protocol', () => {
  it('breaks no law with all its checks', async () => {
    for (let seed = 1; seed <= runs; seed++) expect([...(await broken({ ...hard, seed }))]).toEqual([])
  })
})

describe('a law breaks if nobody checks', () => {
  it('that a batch is committed already', async () => {
    vi.spyOn(Stream.prototype, 'isCommitted').mockReturnValue(false)
    // Which stands behind it: a batch that is committed is not there any more.
    vi.spyOn(Stream.prototype, 'isThere').mockReturnValue(true)
    expect(await runsToBreak('once')).toBeDefined()
  })

  // What lies below is taken for committed, tried for ever, and counted nowhere.
  it('that a watermark stops at the first batch that is missing', async () => {
    vi.spyOn(Marks.prototype, 'add').mockImplementation(function (this: Marks, sequence) {
      this.watermark = Math.max(this.watermark, sequence)
    })
    expect(await runsToBreak('comes to rest')).toBeDefined()
  })

  // The watermark never passes it, and what waits for the watermark waits for good.
  it('that what is committed ahead of the watermark is remembered', async () => {
    vi.spyOn(Marks.prototype, 'add').mockImplementation(function (this: Marks, sequence) {
      if (sequence === this.watermark + 1) this.watermark = sequence
    })
    expect(await runsToBreak('nothing vanishes', { room: { inbox: 100_000 } })).toBeDefined()
  })

  it('that a drain merges only from where it has read', async () => {
    vi.spyOn(Partition.prototype, 'isAt').mockReturnValue(true)
    // Which stands behind it: entries that are merged are not there any more.
    vi.spyOn(Inbox.prototype, 'isThere').mockReturnValue(true)
    expect(await runsToBreak('once')).toBeDefined()
    expect(await runsToBreak('emission')).toBeDefined()
  })

  it('that a batch was sent before', async () => {
    vi.spyOn(Stream.prototype, 'isRepeated').mockReturnValue(false)
    expect(await runsToBreak('once')).toBeDefined()
  })

  it('that the batch sent before this one is missing', async () => {
    vi.spyOn(Stream.prototype, 'isGap').mockReturnValue(false)
    expect(await runsToBreak('nothing vanishes')).toBeDefined()
  })

  it('that an ordered entry waits for all before it', async () => {
    vi.spyOn(OrderedInbox.prototype, 'add').mockImplementation(Inbox.prototype.add)
    expect(await runsToBreak('order')).toBeDefined()
  })

  it('that the batch all others wait for is let into a full inbox', async () => {
    vi.spyOn(OrderedInbox.prototype, 'hasRoom').mockImplementation(Inbox.prototype.hasRoom)
    expect(await runsToBreak('comes to rest')).toBeDefined()
  })

  it('that there is work the scheduler has lost', async () => {
    expect(await runsToBreak('comes to rest', { reconcileEvery: Number.POSITIVE_INFINITY })).toBeDefined()
  })
})
