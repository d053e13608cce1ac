import type { Goal } from './report/report.ts'

// What tanager is to reach on a machine with two processors: medians. A workload measures some of them: `{ ...goals.x, runs }`.

const times = 'times'

export const goals = {
  handLoop: {
    id: 'hand-loop',
    what: 'memory platform, to a loop by hand',
    unit: times,
    target: { atLeast: 0.9 },
  },
  fastestPeer: {
    id: 'fastest-peer',
    what: 'memory platform, to the fastest peer that sums by key',
    unit: times,
    target: { atLeast: 5 },
  },
  jobPerEvent: {
    id: 'job-per-event',
    what: '1 worker, to a BullMQ job per event',
    unit: times,
    target: { atLeast: 100 },
  },
  jobPerBatch: {
    id: 'job-per-batch',
    what: '1 worker, to BullMQ batches by hand',
    unit: times,
    target: { atLeast: 4 },
  },
  streamsGroup: {
    id: 'streams-group',
    what: '1 worker, to a bare Redis Streams consumer group',
    unit: times,
    target: { atLeast: 8 },
  },
  twoWorkers: {
    id: 'two-workers',
    what: '2 workers, to 1, where parsing is heavy',
    unit: times,
    target: { atLeast: 1.6 },
  },
  redisProcessor: {
    id: 'redis-processor',
    what: 'Redis processor time per event, batches of 5,000',
    unit: 'µs',
    target: { atMost: 0.15 },
  },
  latencyMedian: {
    id: 'latency-p50',
    what: 'event to visible at 1,000 single events/s, p50',
    unit: 'ms',
    target: { atMost: 5 },
  },
  latencyTail: {
    id: 'latency-p99',
    what: 'event to visible at 1,000 single events/s, p99',
    unit: 'ms',
    target: { atMost: 20 },
  },
  costByLength: {
    id: 'cost-by-length',
    what: 'cost per event of the longest run, to that of the shortest',
    unit: times,
    target: { atMost: 1.1 },
  },
  costByKeys: {
    id: 'cost-by-keys',
    what: 'cost per event over 1 M keys, to that over 1 k',
    unit: times,
    target: { atMost: 2 },
  },
  memoryPerKey: {
    id: 'memory-per-key',
    what: 'Redis memory per key, to that of a bare hash',
    unit: times,
    target: { atMost: 1.3 },
  },
  resident: {
    id: 'resident',
    what: "a worker's resident memory, however long it runs",
    unit: 'MB',
    target: { atMost: 200 },
  },
  help: {
    id: 'help',
    what: '`tanager --help`',
    unit: 'ms',
    target: { atMost: 150 },
  },
} as const satisfies Readonly<Record<string, Goal>>
