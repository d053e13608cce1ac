import { expect } from 'vitest'
import { type RedisServer, startRedisServer } from '../../../scripts/redis/server.ts'
import { clientOf } from '../../redis/keys.ts'

/** A cluster of one server. */
export async function startCluster(): Promise<RedisServer> {
  const server = await startRedisServer({ 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1' })
  const admin = await clientOf(server.url)
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await expect.poll(async () => String(await admin.call('CLUSTER', 'INFO')), { timeout: 10_000 }).toContain('cluster_state:ok')
  admin.disconnect()
  return server
}
