import fc from 'fast-check'
import { codec, job, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import type { OutputProgress, Pointer } from '../../../core/engine/log.ts'
import type { Alarm, Expectations } from '../../../core/engine/outputs/alarm.ts'
import { declaredIn } from '../../../core/engine/outputs/declared.ts'
import { metricsOf } from '../../../core/engine/outputs/metrics.ts'
import { alarmsIn, Monitor } from '../../../core/engine/outputs/monitor.ts'
import type { Job } from '../../../core/job.ts'
import { OutsideStore } from '../../platforms/bullmq/outside-store.ts'
import { handEngine } from './hand-engine.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const outside = store('outside', { key: codec.string, sum })
const kept = sink('kept', { item: codec.string })
const taken = sink('taken', { item: codec.string })
const counting = job(
  'counting',
  words.map((word) => [word, 1] as const).sumByKey(counts),
  words.map((word) => [word, 1] as const).sumByKey(outside),
  words.write(kept).write(taken),
) as unknown as Job

describe('outputs', () => {
  it('once law: are counted once, whatever is run twice, late, or by a worker whose time is over', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom('a', 'bb', 'é'), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 60 }),
        fc.infiniteStream(fc.constantFrom<'done' | 'refused' | 'unanswered'>('done', 'done', 'refused', 'unanswered')),
        async (batches, picks, fates) => {
          const written = new OutsideStore<string, number>(() => fates.next().value ?? 'done')
          const puts = new Map<string, number>()
          let zombie: (() => Promise<unknown>) | undefined
          const hand = handEngine(counting, {
            partitions: 2,
            stores: { outside: written as never },
            sinks: { taken: { write: async () => {} } },
            between: (log) => ({
              ...log,
              commitSum: async (commit) => {
                const committed = await log.commitSum(commit)
                // What a merge wrote is counted by who sees that it is taken; an answer that comes late changes nothing.
                if (committed.status === 'committed') {
                  const name = commit.store
                  puts.set(name, (puts.get(name) ?? 0) + (commit.written?.rows ?? commit.puts.length))
                }
                zombie = () => log.commitSum(commit)
                return committed
              },
            }),
          })
          const pointers: Pointer[] = []
          for (const batch of batches) {
            pointers.push({ kind: 'stage', stream: 'words', sequence: await hand.append('words', batch) })
          }
          for (const name of ['counts', 'outside']) {
            for (const partition of [0, 1]) pointers.push({ kind: 'sum', store: name, partition, position: 0 })
          }
          pointers.push(...batches.map((_, i): Pointer => ({ kind: 'sink', sink: 'taken', sequence: i + 1 })))
          const run = async (pointer: Pointer) => {
            // A store that is away fails a drain; it comes again.
            await hand.run(pointer).catch(() => {})
            await zombie?.()
          }
          for (const pick of picks) await Promise.all([run(at(pointers, pick)), run(at(pointers, pick >> 3))])
          for (let round = 0; round < 100 && !(await isDone(hand)); round++) for (const pointer of pointers) await run(pointer)

          const { outputs } = await hand.log.progress()
          const records = batches.flat()
          const bytes = records.reduce((sum, word) => sum + Buffer.byteLength(word), 0)
          for (const name of ['kept', 'taken']) {
            const { rows, bytes: framed } = outputs.get(name) as OutputProgress
            expect(rows).toBe(records.length)
            expect(framed).toBeGreaterThanOrEqual(bytes)
          }
          expect(outputs.get('taken')?.bytes).toBe(outputs.get('kept')?.bytes)
          expect(outputs.get('counts')?.rows).toBe(puts.get('counts'))
          const commits = written.commits.map(({ puts }) => puts)
          expect(outputs.get('outside')).toMatchObject({
            rows: commits.flat().length,
            bytes: commits.flat().reduce((sum, [key, value]) => sum + Buffer.byteLength(`${key}${value}`), 0),
          })
        },
      ),
      { numRuns: 150 },
    ))
})

const at = <A>(list: readonly A[], pick: number) => list[pick % list.length] as A

async function isDone({ log }: ReturnType<typeof handEngine>): Promise<boolean> {
  const { streams, stores, sinks } = await log.progress()
  const waits = [...streams, ...sinks].some(([name, { backlog }]) => name !== 'kept' && backlog > 0)
  return !waits && [...stores.values()].flat().every(({ pending }) => pending === 0)
}

/** Monitors over an engine that a test runs by hand. */
function watched(expectations: Expectations) {
  const hand = handEngine(counting, { stores: { outside: new OutsideStore<string, number>() as never } })
  const declared = declaredIn(hand.plan, expectations)
  const told: Alarm[] = []
  const errors: unknown[] = []
  let names = 0
  let looks = 0
  return {
    ...hand,
    declared,
    told,
    errors,
    /** How often anybody has looked. */
    looks: () => looks,
    monitor: () => {
      names += 1
      const { clock } = hand
      const progress = async () => {
        looks += 1
        return hand.log.progress()
      }
      const log = { ...hand.log, progress }
      const tell = (alarm: Alarm) => told.push(alarm)
      const monitor = new Monitor({ job: 'counting', declared, log, clock, name: `m${names}`, tell, failed: (error) => errors.push(error) })
      monitor.start()
      return monitor
    },
    write: async (...records: readonly string[]) => {
      await hand.stage('words', await hand.append('words', records))
      await hand.runAll()
    },
  }
}

const briefly = (told: readonly Alarm[]) => told.map(({ slot, kind, stands, at }) => [slot, kind, stands, at] as const)
const minute = 60_000

describe('the monitor', () => {
  it('tells of a stream that dries up, once, and of its end, once', async () => {
    const there = watched({ counts: { rows: { per: { minutes: 1 }, atLeast: 20 } }, kept: { quiet: { seconds: 30 } } })
    const monitor = there.monitor()
    for (let i = 0; i < 120; i++) {
      await there.write('a', 'b')
      await there.clock.pass(1000)
    }
    expect(there.told).toEqual([])
    await there.clock.pass(10 * minute)
    expect(briefly(there.told)).toEqual([
      ['kept', 'quiet', true, 150_000],
      ['counts', 'rows', true, 175_000],
    ])
    expect(there.told[1]).toMatchObject({
      value: 10,
      since: 175_000,
      text: 'the store counts: 10 rows in 1 min, and at least 20 are expected',
    })
    expect((await alarmsIn(there.log)).standing).toMatchObject([{ slot: 'counts', value: 0 }, { slot: 'kept' }])
    for (let i = 0; i < 60; i++) {
      await there.write('a', 'b')
      await there.clock.pass(1000)
    }
    expect(there.told.slice(2)).toMatchObject([
      { slot: 'kept', stands: false, since: 150_000, text: 'the sink kept is not quiet any more' },
      { slot: 'counts', stands: false, since: 175_000 },
    ])
    expect((await alarmsIn(there.log)).standing).toEqual([])
    await monitor.stop()
    expect(there.errors).toEqual([])
  })

  it('tells of a flood', async () => {
    const there = watched({ words: { rows: { per: { minutes: 1 }, atMost: 100 } }, outside: { bytes: { per: { minutes: 1 }, atMost: 1 } } })
    const monitor = there.monitor()
    await there.clock.pass(1)
    await there.write(...Array.from({ length: 101 }, () => 'a'))
    await there.clock.pass(minute / 12)
    expect(there.told.map(({ text }) => text)).toEqual([
      'the source words: 101 rows in 1 min, and at most 100 are expected',
      'the store outside: 4 bytes in 1 min, and at most 1 are expected',
    ])
    await monitor.stop()
  })

  it('tells of a watermark that stands while something waits, and not where nothing does', async () => {
    const there = watched({ words: { stopped: { seconds: 30 } }, counts: { stopped: { seconds: 30 } }, kept: { stopped: { seconds: 30 } } })
    const monitor = there.monitor()
    await there.clock.pass(2 * minute)
    expect(there.told).toEqual([])
    await there.append('words', ['a'])
    await there.append('words', ['a'])
    await there.clock.pass(minute)
    expect(there.told.map(({ text }) => text)).toEqual(['the source words has stopped: nothing has moved for 30 s, and 2 wait'])
    await there.stage('words', 1)
    await there.clock.pass(minute)
    expect(there.told.map(({ slot, stands }) => [slot, stands])).toEqual([
      ['words', true],
      ['words', false],
      ['words', true],
      ['counts', true],
      ['kept', true],
    ])
    await monitor.stop()
  })

  it('is one at a time, and the next goes on where the last was', async () => {
    const there = watched({ counts: { quiet: { minutes: 1 } } })
    const first = there.monitor()
    await there.clock.pass(1)
    const second = there.monitor()
    await there.clock.pass(minute / 2)
    expect(there.looks()).toBe(7)
    await first.stop()
    await there.clock.pass(5000)
    expect(there.looks()).toBe(8)
    await there.clock.pass(minute)
    expect(briefly(there.told)).toEqual([['counts', 'quiet', true, expect.any(Number)]])
    expect(there.told[0]?.at).toBeLessThanOrEqual(minute + 10_000)
    await second.stop()
    const third = there.monitor()
    await there.clock.pass(2 * minute)
    await there.write('a')
    await there.clock.pass(minute / 4)
    expect(there.told.map(({ stands }) => stands)).toEqual([true, false])
    await third.stop()
  })

  it('takes nobody looking for no alarm', async () => {
    const there = watched({ counts: { quiet: { minutes: 1 } }, words: { stopped: { minutes: 1 } } })
    await there.append('words', ['a'])
    const first = there.monitor()
    await there.clock.pass(minute / 2)
    await first.stop()
    await there.clock.pass(60 * minute)
    const second = there.monitor()
    await there.clock.pass(minute / 2)
    expect(there.told).toEqual([])
    await there.clock.pass(minute)
    expect(there.told.length).toBe(2)
    await second.stop()
  })

  it('goes on after a look that failed', async () => {
    const there = watched({ counts: { quiet: { minutes: 1 } } })
    const { log, clock, declared } = there
    let looks = 0
    const progress = async () => {
      looks += 1
      if (looks % 2 === 0) throw new Error('away')
      return log.progress()
    }
    const told: Alarm[] = []
    const errors: unknown[] = []
    const monitor = new Monitor({
      job: 'counting',
      declared,
      log: { ...log, progress },
      clock,
      name: 'm',
      tell: (alarm) => told.push(alarm),
      failed: (error) => errors.push(error),
    })
    monitor.start()
    await clock.pass(2 * minute)
    await monitor.stop()
    expect(told.length).toBe(1)
    expect(errors.length).toBeGreaterThan(5)
  })
})

describe('what is expected', () => {
  const { plan } = handEngine(counting)

  it.each<readonly [unknown, string, string]>([
    [{ nowhere: { quiet: 1000 } }, 'unknown-slot', 'allowed: counts, kept, outside, taken, words'],
    [{ words: { bytes: { per: 1000, atMost: 1 } } }, 'invalid-option', 'a source has no alarm bytes; allowed: rows, quiet, stopped'],
    [{ counts: { silent: 1000 } }, 'invalid-option', 'a store has no alarm silent; allowed: rows, bytes, quiet, stopped'],
    [{ counts: { rows: { per: 1000 } } }, 'invalid-option', 'alarms: counts.rows: a range needs a bound'],
    [{ counts: { rows: { atLeast: 1 } } }, 'invalid-option', 'alarms: counts.rows.per'],
    [{ counts: { rows: { per: 1000, atLeast: 2, atMost: 1 } } }, 'invalid-option', 'no count is in this range'],
    [
      { counts: { rows: { per: 1000, atLeast: -1 } } },
      'invalid-option',
      'alarms: counts.rows.atLeast; got -1; allowed: a whole number from 0',
    ],
    [{ counts: { rows: { per: 1000, below: 1 } } }, 'invalid-option', 'there is no below; allowed: per, atLeast, atMost'],
    [{ counts: { rows: 7 } }, 'invalid-option', 'alarms: counts.rows; got 7'],
    [{ counts: 7 }, 'invalid-option', 'alarms: counts; got 7; allowed: an object with rows, bytes, quiet, stopped'],
    [{ counts: { quiet: 999 } }, 'invalid-option', 'alarms: counts.quiet; got 999; allowed: at least 1000 milliseconds'],
    [{ counts: { stopped: '30s' } }, 'invalid-option', 'alarms: counts.stopped must be a length of time; got "30s"'],
  ])('is refused where it cannot be: %j', (expectations, code, message) => {
    expect(() => declaredIn(plan, expectations as Expectations)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})

describe('metrics', () => {
  it('are named, and labelled, as Prometheus has it', async () => {
    const there = watched({ counts: { quiet: { minutes: 1 } } })
    const monitor = there.monitor()
    await there.clock.pass(10_000)
    await there.write('a', 'b', 'a')
    await monitor.stop()
    const progress = await there.log.progress()
    const metrics = metricsOf('counting', there.declared, { ...progress, failed: [], workers: 1, alarms: await alarmsIn(there.log) })
    const metricAt = (name: string, labels: Record<string, string>) =>
      metrics.find((metric) => metric.name === name)?.values.find((each) => JSON.stringify(each.labels) === JSON.stringify(labels))?.value
    const slot = { job: 'counting', slot: 'counts' }
    expect(metricAt('tanager_output_rows_total', slot)).toBe(2)
    expect(metricAt('tanager_output_bytes_total', slot)).toBe(4)
    expect(metricAt('tanager_output_last_write_timestamp_seconds', slot)).toBe(10)
    expect(metricAt('tanager_output_rows_total', { job: 'counting', slot: 'kept' })).toBe(3)
    expect(metricAt('tanager_stream_watermark', { job: 'counting', stream: 'words' })).toBe(1)
    expect(metricAt('tanager_stream_records_total', { job: 'counting', stream: 'words' })).toBe(3)
    expect(metricAt('tanager_stream_backlog', { job: 'counting', stream: 'kept' })).toBe(1)
    expect(metricAt('tanager_store_pending', slot)).toBe(0)
    expect(metricAt('tanager_dead_letters', { job: 'counting' })).toBe(0)
    expect(metricAt('tanager_alarm', { ...slot, kind: 'quiet' })).toBe(0)
    for (const { name, help, type, values } of metrics) {
      expect(name).toMatch(/^tanager_[a-z_]+$/)
      expect(name.endsWith('_total')).toBe(type === 'counter')
      expect(help).toMatch(/\.$/)
      for (const { value } of values) expect(value).toBeTypeOf('number')
    }
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length)
  })
})
