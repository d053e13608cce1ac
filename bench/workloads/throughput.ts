import { workOff } from '../backlog.ts'
import { goals } from '../goals.ts'
import { number } from '../report/format.ts'
import { ratios } from '../statistics.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  readonly events: number
  /** For contenders with an entry, or a job, per event: their speed does not depend on how many there are, and they would take minutes. */
  readonly entries: number
  readonly jobs: number
  readonly batchSize: number
}

/** One worker beside what one would write by hand; then as many workers as there are processors, and twice as many. */
export const throughput: RedisWorkload<Size> = {
  name: 'throughput',
  asks: 'all events wait in Redis, then workers start: how long until all are counted, what does it cost Redis? Against a BullMQ job per event, BullMQ batches and a Redis Streams consumer group, each written by hand',
  redis: true,
  sizes: {
    full: { rounds: 5, events: 5_000_000, entries: 2_000_000, jobs: 100_000, batchSize: 5_000 },
    quick: { rounds: 3, events: 2_000_000, entries: 1_000_000, jobs: 50_000, batchSize: 5_000 },
  },

  run: async ({ size: { rounds, events, entries, jobs, batchSize }, redis, node }) => {
    const entrants = {
      tanager: { contender: 'tanager', workers: 1, events },
      jobPerEvent: { contender: 'jobPerEvent', workers: 1, events: jobs },
      jobPerBatch: { contender: 'jobPerBatch', workers: 1, events },
      streamsGroup: { contender: 'streamsGroup', workers: 1, events: entries },
      tanager2: { contender: 'tanager', workers: 2, events },
      tanager4: { contender: 'tanager', workers: 4, events },
    } as const
    const { length, all } = await workOff('throughput', redis, { entrants, rounds, batchSize, node })
    const times = (name: keyof typeof all) => ratios(all.tanager.counted, all[name].counted)
    return {
      title: `${number(events)} events of ${number(length)} bytes on average, ${number(batchSize)} to a batch; ${rounds} rounds, in turns`,
      figures: [
        { ...goals.jobPerEvent, runs: times('jobPerEvent') },
        { ...goals.jobPerBatch, runs: times('jobPerBatch') },
        { ...goals.streamsGroup, runs: times('streamsGroup') },
        { ...goals.redisProcessor, runs: all.tanager.redisTotal },
      ],
      details: {
        columns: ['', 'counted', 'sent', 'Redis: own code', 'Redis: in all', 'workers', 'events'],
        rows: Object.values(all).map(({ label, events, counted, sent, redisUser, redisTotal, worker }) => [
          label,
          { runs: counted, unit: '/s' },
          { runs: sent, unit: '/s' },
          { runs: redisUser, unit: 'µs' },
          { runs: redisTotal, unit: 'µs' },
          { runs: worker, unit: 'µs' },
          number(events),
        ]),
      },
      chart: {
        title: 'Through Redis: beacons counted by type',
        unit: '/s',
        bars: Object.entries(all).map(([name, { label, counted }]) => ({ label, ours: name.startsWith('tanager'), runs: counted })),
      },
    }
  },
}
