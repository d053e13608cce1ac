import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Call, call, tanager } from '../cli/tanager.ts'
import { redisUrl } from '../redis/redis.ts'
import { type AccessLog, generatedLog } from './generated-log.ts'

/** A real log lies here on some machines; it is not ours to publish. */
const realLog = join(import.meta.dirname, '../../../shared/data/access.log')

let generated: AccessLog
beforeAll(async () => {
  generated = await generatedLog(20_000)
})
afterAll(() => generated[Symbol.asyncDispose]())

const logs = [['a generated log', () => generated.path] as const, ['a real log', () => realLog] as const]

describe.each(logs.slice(0, existsSync(realLog) ? 2 : 1))('the access-log job over %s', (_what, log) => {
  const run = (...more: readonly string[]) => ['run', 'jobs/access-log/job.ts', '--source', `lines=${log()}`, '--json', ...more]
  const throughRedis = () => call(run('--platform', 'bullmq', '--workers', '2'), { env: { REDIS_URL: redisUrl() } })

  test('prints the same bytes in memory and through Redis, also if a worker is killed', async () => {
    const alone = await tanager(run())
    expect(alone).toMatchObject({ code: 0 })
    expect(alone.stdout.split('\n').length).toBeGreaterThan(100)
    await using distributed = throughRedis()
    await using struck = throughRedis()
    await killOne(struck)
    const ended = await Promise.all([distributed.ended, struck.ended])
    for (const { code, stdout } of ended) expect({ code, same: stdout === alone.stdout }).toEqual({ code: 0, same: true })
  })
})

/** Kills the first of a run's workers as soon as there is one. */
async function killOne(run: Call): Promise<void> {
  const [, pid] = await run.says(/2 workers, pids (\d+)/)
  process.kill(Number(pid), 'SIGKILL')
}
