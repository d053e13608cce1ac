/**
 * Where everything of one job lives in Redis. All keys share the hash tag `{<job>}`: one slot, so that a script may
 * touch any of them, also on Redis Cluster, and so that queue and state roll back together if Redis loses its tail.
 * The job's and the slots' names are of an alphabet without braces or colons: no name reaches into another's keys.
 */
export interface Keys {
  /** What all keys of the job begin with. */
  readonly all: string
  /** The prefix under which BullMQ keeps its queues. */
  readonly bull: string
  readonly plan: string
  readonly dead: string
  readonly lease: (name: string) => string
  /** What a worker has written down for the next, should it die. */
  readonly note: (name: string) => string
  readonly stream: (name: string) => StreamKeys
  readonly partition: (store: string, partition: number) => PartitionKeys
}

export interface StreamKeys {
  /** A Redis stream; entry `<sequence>-<stamp>` is a batch that is not committed. */
  readonly log: string
  /** A hash: head, watermark, length of what waits, records committed, latest event time, and each writer's last number. */
  readonly meta: string
  /** A sorted set: sequence numbers committed above the watermark. */
  readonly ahead: string
  /** A string: up to where its source outside was read. */
  readonly position: string
  /** Two sets: what the last records that came are known by outside, and those before them. The first becomes the second when it is full. */
  readonly ids: readonly [late: string, before: string]
}

export interface PartitionKeys {
  /** A hash: key to value. */
  readonly values: string
  /** A hash: the position, and the length of what the inbox holds. */
  readonly position: string
  /** A list: what is to be merged, oldest first, each with its stamp before it. */
  readonly inbox: string
  /** A sorted set, for an ordered store: what a stream has added ahead of its watermark, by sequence number. */
  readonly early: (stream: string) => string
}

export function keysOf(prefix: string, job: string): Keys {
  const all = `${prefix}:{${job}}:`
  return {
    all,
    bull: `${all}bull`,
    plan: `${all}plan`,
    dead: `${all}dead`,
    lease: (name) => `${all}lease:${name}`,
    note: (name) => `${all}note:${name}`,
    stream: (name) => {
      const log = `${all}log:${name}`
      return { log, meta: `${log}:meta`, ahead: `${log}:ahead`, position: `${log}:pos`, ids: [`${log}:ids:late`, `${log}:ids:before`] }
    },
    partition: (store, partition) => {
      const values = `${all}store:${store}:${partition}`
      return {
        values,
        position: `${values}:pos`,
        inbox: `${values}:inbox`,
        early: (stream) => `${values}:early:${stream}`,
      }
    },
  }
}
