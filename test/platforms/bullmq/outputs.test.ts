import { codec, job, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { type Alarm, type BullmqOptions, bullmq } from 'tanager/bullmq'
import { describe, expect, it } from 'vitest'
import { deployed } from './deployed.ts'
import { OutsideStore } from './outside-store.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const kept = sink('kept', { item: codec.string })
const counting = job('counting', words.map((word) => [word, 1] as const).sumByKey(counts), words.write(kept))

const many = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`)
const second = { seconds: 1 }
const patience = { timeout: 20_000 }

/** The job with alarms, and what was told of them. */
async function alarmed(alarms: BullmqOptions['alarms'], options: BullmqOptions = {}, bindings = {}) {
  const told: Alarm[] = []
  const there = await deployed(counting, bindings, {
    ...(alarms === undefined ? {} : { alarms }),
    onAlarm: (alarm) => told.push(alarm),
    ...options,
  })
  const briefly = () => told.map(({ slot, kind, stands }) => `${slot} ${kind} ${stands ? 'begins' : 'is over'}`)
  return { ...there, told, briefly, [Symbol.asyncDispose]: () => there[Symbol.asyncDispose]() }
}

describe('outputs on Redis', () => {
  it('are counted by several workers, each row once, and when they were last written', async () => {
    await using there = await alarmed({}, { batch: { batchRecords: 7 }, partitions: 3 })
    const before = Date.now()
    await Promise.all([there.worker(), there.worker()])
    for (let i = 0; i < 3; i++) await there.client.send('words', many(100))
    await there.client.settled({ timeout: 20_000 })
    const { outputs, alarms } = await there.client.status()
    expect(outputs.get('kept')).toMatchObject({ rows: 300 })
    expect(outputs.get('kept')?.lastDelivery).toBeUndefined()
    // A drain merges what came meanwhile: a key is put once for each, and at least once.
    expect(outputs.get('counts')?.rows).toBeGreaterThanOrEqual(100)
    expect(outputs.get('counts')?.rows).toBeLessThanOrEqual(300)
    for (const { lastWrite } of outputs.values()) {
      expect(lastWrite).toBeGreaterThanOrEqual(before)
      expect(lastWrite).toBeLessThanOrEqual(Date.now())
    }
    await there.client.sink('kept').take(async () => {})
    expect((await there.client.status()).outputs.get('kept')?.lastDelivery).toBeGreaterThanOrEqual(before)
    expect(alarms).toEqual({ standing: [] })
    const metrics = await there.client.metrics()
    expect(metrics.find(({ name }) => name === 'tanager_output_rows_total')?.values).toContainEqual({
      labels: { job: 'counting', slot: 'kept' },
      value: 300,
    })
  })

  it('are counted where they are written outside', async () => {
    let commits = 0
    const outside = new OutsideStore<string, number>(() => (++commits % 3 === 0 ? 'unanswered' : 'done'))
    await using there = await alarmed({}, { batch: { batchRecords: 7 }, backoff: 1, attempts: 50 }, { counts: outside })
    await Promise.all([there.worker(), there.worker()])
    await there.client.send('words', many(200))
    await there.client.settled({ timeout: 20_000 })
    const puts = outside.commits.flatMap(({ puts }) => puts)
    expect((await there.client.status()).outputs.get('counts')).toMatchObject({
      rows: puts.length,
      bytes: puts.reduce((sum, [key, value]) => sum + `${key}${value}`.length, 0),
    })
  })
})

describe('alarms on Redis', () => {
  it('begin when a source dries up, and are over when it does not, once, while workers are replaced', async () => {
    await using there = await alarmed({ counts: { quiet: second }, words: { rows: { per: second, atLeast: 1 } } })
    const first = await there.worker()
    await there.worker()
    await there.client.send('words', many(10))
    await expect.poll(() => there.briefly().sort(), patience).toEqual(['counts quiet begins', 'words rows begins'])
    const { alarms } = await there.client.status()
    expect(alarms.standing).toMatchObject([
      { slot: 'counts', kind: 'quiet', stands: true, value: 0, range: { per: 1000, atLeast: 1 } },
      { slot: 'words', kind: 'rows', text: 'the source words: 0 rows in 1 s, and at least 1 are expected' },
    ])
    await first.close()
    // Whoever looks now has not seen it begin, and neither tells of it again nor forgets it.
    const looked = (await there.client.status()).alarms.looked ?? 0
    await expect.poll(async () => (await there.client.status()).alarms.looked ?? 0, patience).toBeGreaterThan(looked + 1000)
    expect(there.told.length).toBe(2)
    let sent = 0
    const over = async () => {
      await there.client.send('words', [`again ${sent++}`])
      return there.briefly().slice(2).sort()
    }
    await expect.poll(over, { ...patience, interval: 100 }).toEqual(expect.arrayContaining(['counts quiet is over', 'words rows is over']))
    expect(there.notices).toContain('alarm: the store counts is quiet: not a row in 1 s')
    expect(there.notices).toContain('alarm over: the store counts is not quiet any more')
  })

  it('begin when a watermark stops, and nobody takes from a sink', async () => {
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const away = job('counting', words.mapAsync(async (word) => opened.then(() => word)).write(kept))
    const told: string[] = []
    const onAlarm = ({ text }: Alarm) => told.push(text)
    await using there = await deployed(away, {}, { alarms: { words: { stopped: second }, kept: { stopped: second } }, onAlarm })
    await there.worker()
    await there.client.send('words', ['a'])
    await expect.poll(() => told, patience).toEqual(['the source words has stopped: nothing has moved for 1 s, and 1 waits'])
    expect((await there.client.metrics()).find(({ name }) => name === 'tanager_alarm')?.values.map(({ value }) => value)).toEqual([1, 0])
    open()
    await expect
      .poll(() => told.slice(1), patience)
      .toEqual(['the source words moves again', 'the sink kept has stopped: nothing has moved for 1 s, and 1 waits'])
    await there.client.sink('kept').take(async () => {})
    await expect.poll(() => told.slice(3), patience).toEqual(['the sink kept moves again'])
  })

  it('that are not taken well are said, and looked at all the same', async () => {
    const onAlarm = () => Promise.reject(new Error('the pager is away'))
    await using there = await deployed(counting, {}, { alarms: { counts: { quiet: second } }, onAlarm })
    await there.worker()
    await expect.poll(() => there.notices, patience).toContain('onAlarm: the pager is away')
    const { looked = 0 } = (await there.client.status()).alarms
    await expect.poll(async () => (await there.client.status()).alarms.looked ?? 0, patience).toBeGreaterThan(looked)
  })

  it('are refused when they are declared, where they cannot be', () => {
    expect(() =>
      bullmq({ alarms: { nowhere: { quiet: second } } })
        .on(counting)
        .bind({}),
    ).toThrow(expect.objectContaining({ code: 'unknown-slot', message: expect.stringContaining('counts, kept, words') }))
  })
})
