import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a broker is started with: its script, and the daemon by which Erlang's nodes find each other. */
export interface Programs {
  readonly server: string
  readonly epmd: string
}

/**
 * Where RabbitMQ's programs are: on the PATH. Where they are not, but we are root on Debian or Ubuntu (a fresh container,
 * say), they are installed; anywhere else that is the user's to decide.
 */
export async function rabbitmqPrograms(): Promise<Programs> {
  const found = await programsOnPath()
  if (found !== undefined) return found
  const aptGet = await onPath('apt-get')
  if (aptGet === undefined || process.getuid?.() !== 0) throw new Error(nothingFound(aptGet !== undefined))
  await install(aptGet)
  const installed = await programsOnPath()
  if (installed === undefined) throw new Error(nothingFound(true))
  return installed
}

function nothingFound(debian: boolean): string {
  const command = debian ? 'sudo apt-get install rabbitmq-server' : process.platform === 'darwin' ? 'brew install rabbitmq' : undefined
  return (
    'No RabbitMQ to run on: RABBITMQ_URL is not set, and the PATH has no rabbitmq-server with its epmd. ' +
    (command === undefined ? 'Install RabbitMQ' : `Type \`${command}\``) +
    ', or name a running broker with RABBITMQ_URL=amqp://guest:guest@127.0.0.1:5672.'
  )
}

async function programsOnPath(): Promise<Programs | undefined> {
  const [server, epmd] = await Promise.all([onPath('rabbitmq-server'), onPath('epmd')])
  return server === undefined || epmd === undefined ? undefined : { server: await unwrapped(server), epmd }
}

/** Debian's program becomes the user `rabbitmq`, who may not write where we do; what it calls does not. */
async function unwrapped(server: string): Promise<string> {
  const real = await realpath(server)
  return basename(real) === 'rabbitmq-script-wrapper' ? join(dirname(real), 'rabbitmq-server') : server
}

async function onPath(name: string): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/opt/homebrew/sbin']
  for (const folder of folders.filter((each) => each !== '')) {
    const path = join(folder, name)
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
  console.error('No RabbitMQ on the PATH: installing rabbitmq-server with apt-get.')
  const lock = ['-qq', '-o', 'DPkg::Lock::Timeout=120']
  await withoutServices(async () => {
    // A mirror that cannot be reached is no reason to give up: the lists of the last update may do.
    await apt(aptGet, ...lock, 'update').catch(() => undefined)
    await apt(aptGet, ...lock, 'install', '-y', '--no-install-recommends', 'rabbitmq-server')
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
    throw new Error(`apt-get could not install rabbitmq-server. Install it by hand, or set RABBITMQ_URL. It said:\n${output}`)
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
