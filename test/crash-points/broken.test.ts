import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import { broken } from './broken-scripts.ts'
import { mended, numbered } from './client-stories.ts'
import type { Story } from './story.ts'
import { tour } from './tour.ts'
import type { Rewrite } from './wire.ts'
import { chained, ordered } from './worker-stories.ts'

// A suite that finds no fault must be able to. Each check of the scripts is taken out here, on the way to Redis, and some
// point must come to something else than memory.
const nothing = ''
const mutants: readonly { readonly without: string; readonly at: string; readonly story: () => Story; readonly rewrite: Rewrite }[] = [
  {
    without: 'a look at whether a batch was sent before',
    at: 'append',
    story: numbered,
    rewrite: broken('append', [/ {2}if number == last then .*\n/, nothing], [/ {2}if number < last then .*\n/, nothing]),
  },
  {
    without: 'a look at whether a batch is committed',
    at: 'commit-stage',
    story: chained,
    rewrite: broken(
      'commit-stage',
      [/ {2}if tonumber\(ARGV\[at\]\) <= before or .*\n/, nothing],
      [/if (redis\.call\('XDEL'.*?\)) == 0 then return \{ 'already' \} end/, '$1'],
    ),
  },
  {
    without: 'a look at whether the entries are still those that were read',
    at: 'commit-sum',
    story: chained,
    rewrite: broken('commit-sum', [/if position ~= .*\n/, nothing], [/if not last or .*\n/, nothing]),
  },
  {
    without: 'waiting for the batches before, in an ordered inbox',
    at: 'commit-stage',
    // One batch in hand, and long in the dead hand: the one behind it is committed first, however slow the machine.
    story: () => ({ ...ordered(), options: { ...ordered().options, concurrency: 1, lockDuration: 2_000 } }),
    rewrite: broken('commit-stage', [/if i > plain and sequence ~= before \+ 1 then/, 'if false then']),
  },
  {
    without: 'a look at whether a dead record is still there',
    at: 'retry-record',
    story: mended,
    rewrite: broken('retry-record', [/if (redis\.call\('XDEL'.*?\)) == 0 then return 0 end/, '$1']),
  },
  {
    without: 'a look at whether a dead delta is still there',
    at: 'retry-delta',
    story: mended,
    rewrite: broken('retry-delta', [/if (redis\.call\('XDEL'.*?\)) == 0 then return -1 end/, '$1']),
  },
]

describe('some point shows a fault', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedisServer()
  })
  afterAll(() => server?.close())

  it.each(mutants.map((mutant, i) => [mutant.without, { ...mutant, prefix: `mutant-${i}` }] as const))(
    'without %s',
    { timeout: 300_000 },
    async (_, { story, at, rewrite, prefix }) => {
      const { faults } = await tour(story, { port: server.port, prefix, rewrite, only: at })
      expect(faults).not.toEqual([])
    },
  )

  // Between the commit and the word to the next a process may die; only the reconciler knows then that there is work.
  it('without anybody who looks for lost work', { timeout: 300_000 }, async () => {
    const alone = () => ({ ...chained(), options: { ...chained().options, reconcileEvery: 3_600_000 }, patience: 2_000 })
    const { faults } = await tour(alone, { port: server.port, prefix: 'alone', only: 'bullmq addStandardJob' })
    expect(faults).not.toEqual([])
  })
})
