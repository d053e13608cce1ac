import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

/** What `npm run demo` runs: nothing built, no Redis. */
const demo = (...args: readonly string[]) =>
  run(process.execPath, ['--import', 'tsx', '--conditions=tanager-source', 'scripts/demo.ts', ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1' },
  })

describe('the demo', () => {
  test('shows what it counted, how fast, and what to try next', async () => {
    const { stdout } = await demo('5000')
    expect(stdout).toContain('beacon-counts over 5,000 made-up ad beacons')
    expect(stdout).toMatch(/│ types +│.*│ impressions +│.*│ clicks +│/)
    expect(stdout).toMatch(/│ impression +│ +4,\d{3} │ site-1\.example +│ +\d{3} │ Spring sale +│ +\d+ │/)
    expect(stdout).toMatch(/[\d,]+ beacons a second/)
    expect(stdout).toContain('npx tanager run ')
  })

  test('says what it takes', async () => {
    await expect(demo('many')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('allowed: a whole number from 1') })
  })
})
