import { execFile } from 'node:child_process'
import { constants, readdirSync } from 'node:fs'
import { access, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The two programs of a PostgreSQL server, of one version. */
export interface PostgresPrograms {
  readonly initdb: string
  readonly postgres: string
}

/**
 * The programs of a PostgreSQL server: from the PATH, or from where Debian keeps them, the newest version first. Where
 * there are none, but we are root on Debian or Ubuntu, they are installed; anywhere else that is the user's to decide.
 */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  const found = await programs()
  if (found !== undefined) return found
  const debian = await exists('/usr/bin/apt-get')
  if (!debian || process.getuid?.() !== 0) throw new Error(nothingFound(debian))
  await install()
  const installed = await programs()
  if (installed === undefined) throw new Error(nothingFound(true))
  return installed
}

function nothingFound(debian: boolean): string {
  const command = debian ? 'sudo apt-get install postgresql' : process.platform === 'darwin' ? 'brew install postgresql' : undefined
  return (
    'No PostgreSQL to run on: DATABASE_URL is not set, and the PATH has no initdb and postgres. ' +
    (command === undefined ? 'Install them' : `Type \`${command}\``) +
    ', or name a database to use with DATABASE_URL=postgres://user:password@127.0.0.1:5432/database.'
  )
}

async function programs(): Promise<PostgresPrograms | undefined> {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const folder of [...onPath, ...debianFolders()]) {
    const found = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') }
    if ((await exists(found.initdb)) && (await exists(found.postgres))) return found
  }
  return undefined
}

/** Debian installs versions side by side, and none on the PATH. */
function debianFolders(): readonly string[] {
  try {
    const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a))
    return versions.map((version) => `/usr/lib/postgresql/${version}/bin`)
  } catch {
    return []
  }
}

const exists = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

async function install(): Promise<void> {
  console.error('No PostgreSQL server found: installing postgresql with apt-get.')
  const lock = ['-qq', '-o', 'DPkg::Lock::Timeout=120']
  await withoutServices(async () => {
    // A mirror that cannot be reached is no reason to give up: the lists of the last update may do.
    await apt(...lock, 'update').catch(() => undefined)
    await apt(...lock, 'install', '-y', '--no-install-recommends', 'postgresql')
  })
}

async function apt(...args: readonly string[]): Promise<void> {
  // RUNLEVEL: to the package this looks like single-user mode, in which nothing is started.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  try {
    await run('/usr/bin/apt-get', args, { env, maxBuffer: 2 ** 26 })
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    // Which mirror this machine uses is nobody's business who reads the log.
    const output = `${stdout}${stderr}`
      .trim()
      .replaceAll(/\w+:\/\/\S+/g, '<url>')
      .slice(-2000)
    throw new Error(`apt-get could not install postgresql. Install it by hand, or set DATABASE_URL. It said:\n${output}`)
  }
}

const policy = '/usr/sbin/policy-rc.d'

/** Debian's packages start their service as they are installed, unless this file forbids it; we want the programs only. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (await exists(policy)) return await work()
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    await rm(policy, { force: true })
  }
}
