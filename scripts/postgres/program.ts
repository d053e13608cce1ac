import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { installPackage } from '../debian.ts'
import { foldersOnPath, isProgram } from '../server/program.ts'

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
  const debian = await isProgram('/usr/bin/apt-get')
  if (!debian || process.getuid?.() !== 0) throw new Error(nothingFound(debian))
  console.error('No PostgreSQL server found: installing postgresql with apt-get.')
  await installPackage('postgresql', 'DATABASE_URL')
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
  for (const folder of [...foldersOnPath(), ...debianFolders()]) {
    const found = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') }
    if ((await isProgram(found.initdb)) && (await isProgram(found.postgres))) return found
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
