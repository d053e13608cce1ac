import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { installPackage } from '../debian.ts'
import { onPath } from '../server/program.ts'

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
  console.error('No RabbitMQ on the PATH: installing rabbitmq-server with apt-get.')
  await installPackage('rabbitmq-server', 'RABBITMQ_URL')
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

/** Where it is put, and the PATH does not always lead. */
const elsewhere = ['/usr/local/sbin', '/usr/sbin', '/opt/homebrew/sbin']

async function programsOnPath(): Promise<Programs | undefined> {
  const [server, epmd] = await Promise.all([onPath('rabbitmq-server', ...elsewhere), onPath('epmd', ...elsewhere)])
  return server === undefined || epmd === undefined ? undefined : { server: await unwrapped(server), epmd }
}

/** Debian's program becomes the user `rabbitmq`, who may not write where we do; what it calls does not. */
async function unwrapped(server: string): Promise<string> {
  const real = await realpath(server)
  return basename(real) === 'rabbitmq-script-wrapper' ? join(dirname(real), 'rabbitmq-server') : server
}
