import type { LookOptions } from '../platforms/bullmq/index.ts'
import { deploymentOf, loadDeployable } from './deployment.ts'
import { clockFindings } from './doctor/clock.ts'
import type { Finding } from './doctor/finding.ts'
import { hostFindings, installed, nodeFinding, packagesFinding } from './doctor/host.ts'
import { jobFindings } from './doctor/job.ts'
import { permissionFindings } from './doctor/permissions.ts'
import { persistenceFindings } from './doctor/persistence.ts'
import { awayFinding } from './doctor/reach.ts'
import { replicationFindings } from './doctor/replication.ts'
import { jsonLines, textLines } from './doctor/report.ts'
import { serverFindings } from './doctor/server.ts'
import { Quiet } from './fault.ts'
import type { RedisOptions } from './options.ts'
import { output } from './output.ts'

export interface DoctorOptions extends RedisOptions {
  readonly json?: boolean
}

/** Examines this machine, a Redis and, if there is a module, its job; says what it found. */
export async function examine(module: string | undefined, options: DoctorOptions): Promise<void> {
  const packages = packagesFinding(installed())
  const findings = [
    nodeFinding(process.versions.node),
    packages,
    // One after the other: what the second does would show in what the first measures.
    ...(await hostFindings()),
    ...(packages.level === 'bad' ? [] : await redisFindings(module, options)),
  ]
  await output.lines((options.json ? jsonLines : textLines)(findings))
  if (findings.some(({ level }) => level === 'bad')) throw new Quiet(1)
}

async function redisFindings(module: string | undefined, options: DoctorOptions): Promise<readonly Finding[]> {
  const timeout = options.timeout * 1000
  const { lookAtRedis } = await import('../platforms/bullmq/index.ts')
  const look = await lookAtRedis({ ...(await placeOf(module, options)), timeout })
  if (look.status === 'away') return [awayFinding(look, timeout)]
  return [
    ...serverFindings(look),
    ...persistenceFindings(look),
    ...replicationFindings(look),
    ...clockFindings(look),
    ...permissionFindings(look),
    ...jobFindings(look, module ?? ''),
  ]
}

async function placeOf(module: string | undefined, options: DoctorOptions): Promise<Pick<LookOptions, 'redis' | 'prefix' | 'app'>> {
  if (module === undefined) return { redis: options.redis, prefix: options.redisPrefix }
  return { app: await deploymentOf(await loadDeployable(module), options) }
}
