import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * The path of a Redis server's program: `redis-server` or `valkey-server` from the PATH. Where there is neither, but we
 * are root on Debian or Ubuntu (a fresh container, say), it is installed; anywhere else that is the user's to decide.
 */
export async function redisProgram(): Promise<string> {
  const found = await onPath('redis-server', 'valkey-server')
  if (found !== undefined) return found
  const aptGet = await onPath('apt-get')
  if (aptGet === undefined || process.getuid?.() !== 0) throw new Error(nothingFound(aptGet !== undefined))
  await install(aptGet)
  const installed = await onPath('redis-server')
  if (installed === undefined) throw new Error(nothingFound(true))
  return installed
}

function nothingFound(debian: boolean): string {
  const command = debian ? 'sudo apt-get install redis-server' : process.platform === 'darwin' ? 'brew install redis' : undefined
  return (
    'No Redis to run on: REDIS_URL is not set, and the PATH has neither redis-server nor valkey-server. ' +
    (command === undefined ? 'Install one of them' : `Type \`${command}\``) +
    ', or name a running server with REDIS_URL=redis://127.0.0.1:6379.'
  )
}

async function onPath(...names: readonly string[]): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    if (await exists(path, constants.X_OK)) return path
  }
  return undefined
}

const exists = (path: string, mode = constants.F_OK) =>
  access(path, mode).then(
    () => true,
    () => false,
  )

async function install(aptGet: string): Promise<void> {
  console.error('No Redis server on the PATH: installing redis-server with apt-get.')
  const lock = ['-qq', '-o', 'DPkg::Lock::Timeout=120']
  await withoutServices(async () => {
    // A mirror that cannot be reached is no reason to give up: the lists of the last update may do.
    await apt(aptGet, ...lock, 'update').catch(() => undefined)
    await apt(aptGet, ...lock, 'install', '-y', '--no-install-recommends', 'redis-server')
  })
}

async function apt(aptGet: string, ...args: readonly string[]): Promise<void> {
  // RUNLEVEL: to the package this looks like single-user mode, in which nothing is started.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  try {
    await run(aptGet, args, { env, maxBuffer: 2 ** 26 })
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    // Which mirror this machine uses is nobody's business who reads the log.
    const output = `${stdout}${stderr}`
      .trim()
      .replaceAll(/\w+:\/\/\S+/g, '<url>')
      .slice(-2000)
    throw new Error(`apt-get could not install redis-server. Install it by hand, or set REDIS_URL. It said:\n${output}`)
  }
}

const policy = '/usr/sbin/policy-rc.d'

/** Debian's packages start their service as they are installed, unless this file forbids it; we want a program only. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (await exists(policy)) return await work()
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    await rm(policy, { force: true })
  }
}
