import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { corner } from './corner.ts'

/** The processes that were started from a folder, by their working directory. */
function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${folder}\0`)
    } catch {
      return false
    }
  })
}

test('a private broker does not outlive whoever started it, even if that is killed', async () => {
  const script = `
    const { startRabbitmqServer } = await import('./scripts/rabbitmq/server.ts')
    const { folder, url } = await startRabbitmqServer()
    console.log(JSON.stringify({ folder, url }))`
  const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(owner.stdout, 'data')
  const { folder, url }: { readonly folder: string; readonly url: string } = JSON.parse(String(line))
  {
    await using mine = await corner(url)
    expect(await mine.ready(await mine.queue())).toBe(0)
  }
  // The broker, what it starts, and the one by which brokers find each other.
  if (existsSync('/proc')) expect(processesIn(folder).length).toBeGreaterThan(1)
  owner.kill('SIGKILL')
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false)
  if (existsSync('/proc')) await expect.poll(() => processesIn(folder), { timeout: 10_000 }).toEqual([])
  await expect(corner(url)).rejects.toThrow('ECONNREFUSED')
}, 120_000)
