import { installPackage } from '../debian.ts'
import { onPath } from '../server/program.ts'

/**
 * The path of a Redis server's program: `redis-server` or `valkey-server` from the PATH. Where there is neither, but we
 * are root on Debian or Ubuntu (a fresh container, say), it is installed; anywhere else that is the user's to decide.
 */
export async function redisProgram(): Promise<string> {
  const found = (await onPath('redis-server')) ?? (await onPath('valkey-server'))
  if (found !== undefined) return found
  const aptGet = await onPath('apt-get')
  if (aptGet === undefined || process.getuid?.() !== 0) throw new Error(nothingFound(aptGet !== undefined))
  console.error('No Redis server on the PATH: installing redis-server with apt-get.')
  await installPackage('redis-server', 'REDIS_URL')
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
