import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import type { Story } from './story.ts'
import { type Coverage, tour } from './tour.ts'
import { modes } from './wire.ts'

/** Tests that each story comes to what it comes to in memory, wherever its process is stopped; and says where that was. */
export function everyPoint(name: string, stories: Readonly<Record<string, () => Story>>): void {
  describe(name, () => {
    let server: RedisServer
    const covered: Coverage = new Map()
    let points = 0

    beforeAll(async () => {
      server = await startRedisServer()
    })
    afterAll(async () => {
      await server?.close()
      console.info(`${name} stopped at ${points} points:\n${tableOf(covered)}`)
    })

    it.each(Object.entries(stories))('%s', { timeout: 300_000 }, async (title, tell) => {
      const seen = await tour(tell, { port: server.port, prefix: title })
      points += seen.points
      for (const [command, counts] of seen.coverage) {
        const sums = covered.get(command) ?? new Map()
        covered.set(command, sums)
        for (const [mode, times] of counts) sums.set(mode, (sums.get(mode) ?? 0) + times)
      }
      expect(seen.faults).toEqual([])
      const { reaches, modes: ways = modes } = tell()
      for (const script of reaches) {
        for (const mode of ways) expect(seen.coverage.get(script)?.get(mode) ?? 0, `times stopped ${mode} ${script}`).toBeGreaterThan(0)
      }
    })
  })
}

/** A line for each command. */
function tableOf(coverage: Coverage): string {
  const width = Math.max(...[...coverage.keys()].map(({ length }) => length))
  const lines = [...coverage]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, counts]) => [name, ...modes.map((mode) => counts.get(mode) ?? 0)])
  return [['', ...modes], ...lines]
    .map(([command = '', ...counts]) => [String(command).padEnd(width), ...counts.map((n) => String(n).padStart(7))].join(''))
    .join('\n')
}
