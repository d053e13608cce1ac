import { execFile } from 'node:child_process'
import { access, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Installs a package of Debian or Ubuntu, as root, without starting what it serves: we want its programs only.
 *
 * @param instead what to set for a server that is there already, as in `REDIS_URL`
 */
export async function installPackage(name: string, instead: string): Promise<void> {
  const apt = (...args: readonly string[]) => aptGet(name, instead, ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args])
  await withoutServices(async () => {
    // A mirror that cannot be reached is no reason to give up: the lists of the last update may do.
    await apt('update').catch(() => undefined)
    await apt('install', '-y', '--no-install-recommends', name)
  })
}

async function aptGet(name: string, instead: string, args: readonly string[]): Promise<void> {
  // RUNLEVEL: to the package this looks like single-user mode, in which nothing is started.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  try {
    await run('apt-get', args, { env, maxBuffer: 2 ** 26 })
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    // Which mirror this machine uses is nobody's business who reads the log.
    const output = `${stdout}${stderr}`
      .trim()
      .replaceAll(/\w+:\/\/\S+/g, '<url>')
      .slice(-2000)
    throw new Error(`apt-get could not install ${name}. Install it by hand, or set ${instead}. It said:\n${output}`)
  }
}

const policy = '/usr/sbin/policy-rc.d'

/** Debian's packages start their service as they are installed, unless this file forbids it. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  const isThere = await access(policy).then(
    () => true,
    () => false,
  )
  if (isThere) return await work()
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    await rm(policy, { force: true })
  }
}
