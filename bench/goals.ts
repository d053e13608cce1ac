import type { Goal } from './report/report.ts'

// What tanager is to reach on a machine with two processors: medians. A workload measures some of them: `{ ...goals.x, runs }`.

const times = 'times'

export const goals = {
  handLoop: {
    id: 'hand-loop',
    what: 'memory platform, to a loop by hand',
    unit: times,
    target: { atLeast: 0.9 },
    limit:
      'both read the beacon and look its type up, which is nearly all there is: 0.170 µs of processor time an event by hand, 0.196 µs here. What is left is what has a record take effect whole or not at all, and be a dead letter if its function throws. It is near the line: 0.83 to 0.93 in one run.',
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
    limit:
      'one processor is all that a worker has. An event takes 0.77 µs of it, by hand 2.74 µs; four times would be 0.68 µs. By profile, 28 % of that runs the job, about 20 % writes what it adds as text and reads it again, about 20 % reads batches from the socket and cuts them apart, 10 % is garbage collection, and the rest is spread over ioredis and BullMQ: no single thing to take away. Larger batches cost less, smaller ones more (sweep-batches).',
  },
  streamsGroup: {
    id: 'streams-group',
    what: '1 worker, to a bare Redis Streams consumer group',
    unit: times,
    target: { atLeast: 8 },
    limit:
      'the same processor: for eight times the contender by hand, which counts 237 k/s, an event would have to take 0.53 µs of it instead of 0.77 µs, and 0.17 µs are the loop by hand alone.',
  },
  twoWorkers: {
    id: 'two-workers',
    what: '2 workers, to 1, where parsing is heavy',
    unit: times,
    target: { atLeast: 1.6 },
    limit:
      'two processors are full. One worker takes 1.21 µs an event, with its garbage collection beside it on the other processor, and Redis 0.15 µs; two take 1.26 and 0.14 µs, and two processors hold 1.43 M/s of that, 1.52 times what one worker counts. For 1.6 times there would have to be a third processor for Redis.',
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
    limit:
      'at a million keys nearly every event has a key of its own in its batch, so that each is read from Redis, written and sent by itself, where a thousand keys are merged in memory hundreds of times before: HMGET and HSET of thousands of fields, and ioredis writing and reading them, are most of it.',
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
    limit:
      'values of 10,000 bytes: a drain reads as many of them as its inbox has keys, and their texts, what is merged and what is written are held at the same time. With beacons and the access log it stays below.',
  },
  help: {
    id: 'help',
    what: '`tanager --help`',
    unit: 'ms',
    target: { atMost: 150 },
  },
} as const satisfies Readonly<Record<string, Goal>>
