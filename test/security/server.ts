import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedisServer } from '../../scripts/redis/server.ts'
import { clientOf } from '../redis/keys.ts'
import type { Authority } from './certificates.ts'

/** A server that speaks TLS on its port, and nothing else. */
export interface TlsServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** A file with the authority that vouches for it. */
  readonly caFile: string
}

/** @param clients whether clients must show a certificate of the same authority */
export async function tlsServer(authority: Authority, clients: 'anyone' | 'certified'): Promise<TlsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tanager-tls-'))
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  try {
    const { certificate, key } = authority.issue('redis')
    const caFile = await file('ca.pem', authority.certificate)
    const server = await startRedisServer({
      'tls-ca-cert-file': caFile,
      'tls-cert-file': await file('redis.pem', certificate),
      'tls-key-file': await file('redis.key', key),
      'tls-auth-clients': clients === 'certified' ? 'yes' : 'no',
    })
    const dispose = async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    }
    // The port that was found for it becomes the one for TLS: the connection that says so is the last without.
    const client = await clientOf(server.url)
    try {
      await client.config('SET', 'port', '0')
      await client.config('SET', 'tls-port', String(server.port))
    } catch (error) {
      await dispose()
      throw error
    } finally {
      client.disconnect()
    }
    return { host: '127.0.0.1', port: server.port, caFile, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}
