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
      'both read the beacon and look its type up, which is nearly all there is. What is left is what has a record take effect whole or not at all, and be a dead letter if its function throws. It is near the line: 0.82 to 0.96 in one run.',
  },
  fastestPeer: {
    id: 'fastest-peer',
    what: 'memory platform, to the fastest peer that sums by key',
    unit: times,
    target: { atLeast: 5 },
    limit:
      'the loop by hand: tanager counts as fast as that does, 0.99 of it beside the peers, and five times the fastest peer, Effect, which counts 1.39 M/s, is 6.9 M/s, where the loop by hand counts 6.2.',
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
      'one processor is all that a worker has. It counts 1.75 M/s, by hand 532 k/s: four times would be 0.47 µs an event instead of 0.57. By profile, a fifth of that runs the job, about 13 % writes what it adds as text, reads it again and gathers it by key, about 13 % reads batches from the socket and cuts them apart, 12 % is garbage collection, and the rest is spread over ioredis and BullMQ: no single thing to take away. What was tried beyond that is in docs/decisions/lines-and-pieces.md.',
  },
  streamsGroup: {
    id: 'streams-group',
    what: '1 worker, to a bare Redis Streams consumer group',
    unit: times,
    target: { atLeast: 8 },
    limit:
      'the same processor: for eight times the contender by hand, which counts 259 k/s, an event would have to take 0.48 µs by the clock instead of 0.57, and 0.17 µs are the loop by hand alone.',
  },
  twoWorkers: {
    id: 'two-workers',
    what: '2 workers, to 1, where parsing is heavy',
    unit: times,
    target: { atLeast: 1.6 },
    limit:
      'two processors are full. One worker takes 1.16 µs an event, with its garbage collection beside it on the other processor, and Redis 0.14 µs; two take 1.27 and 0.14 µs, and two processors hold 1.42 M/s of that, 1.43 times what one worker counts. For 1.6 times there would have to be a third processor for Redis.',
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
      'at a million keys nearly every event has a key of its own in its batch, so that each is read from Redis, written and sent by itself, where a thousand keys are merged in memory hundreds of times before. Redis alone takes 0.74 µs an event then instead of 0.12, for HMGET and HSET of thousands of fields; of the worker, a fifth is garbage collection, and what ioredis does for each argument and each answer is most of the rest.',
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
      'V8 collects its heap when there is four to five times as much in it as is in use: 16 MB are in use after each collection (--trace-gc), and 75 MB before it, 100 MB with the pages it keeps; with values of 10,000 bytes more. `node --max-old-space-size=64` has it collect earlier, and holds the same worker below 180 MB; in single runs it was 4 to 16 % slower.',
  },
  help: {
    id: 'help',
    what: '`tanager --help`',
    unit: 'ms',
    target: { atMost: 150 },
  },
} as const satisfies Readonly<Record<string, Goal>>
