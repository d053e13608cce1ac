import type { RedisFacts } from '../../platforms/bullmq/index.ts'
import { counted } from '../text.ts'
import { bad, type Finding, good, warning } from './finding.ts'
import { configure } from './wording.ts'

/** Who has a copy, and what a failover would lose. */
export function* replicationFindings({ info, settings }: RedisFacts): Generator<Finding, void> {
  const role = info.get('role')
  if (role === undefined) return
  if (role !== 'master') {
    const primary = `${info.get('master_host') ?? '?'}:${info.get('master_port') ?? '?'}`
    yield bad('replication', {
      found: `a replica of ${primary}`,
      why: 'It takes no writes, or loses those it takes: nothing can be sent or counted here.',
      remedy: `Name the primary: --redis redis://${primary}.`,
    })
    return
  }
  const replicas = Number(info.get('connected_slaves') ?? 0)
  // Told by INFO only if it is asked of Redis at all.
  const enough = info.get('min_slaves_good_slaves')
  const setting = settings.get('min-replicas-to-write')
  const wanted = Number(setting ?? (enough === undefined ? 0 : 1))
  const need = `writes need ${setting ?? 'some'}`
  if (wanted > 0 && enough !== undefined && Number(enough) < wanted) {
    yield bad('replication', {
      found: `${counted(Number(enough), 'replica')} up to date, and ${need} (min-replicas-to-write)`,
      why: 'Redis refuses all writes (NOREPLICAS) until there are as many: send waits, nothing is counted.',
      remedy: 'Bring a replica back.',
    })
  } else if (replicas === 0) {
    yield good('replication', 'no replicas')
  } else if (wanted === 0) {
    yield warning('replication', {
      found: `${counted(replicas, 'replica')}, and writes are taken without them`,
      why: 'Replicas are told afterwards. A primary that is cut off goes on taking events, and a failover loses all of those.',
      remedy: `${configure('min-replicas-to-write', '1')} A failover then loses what at most min-replicas-max-lag seconds have brought.`,
    })
  } else {
    const lag = settings.get('min-replicas-max-lag') ?? '10'
    yield good('replication', `${counted(replicas, 'replica')}, and ${need} (min-replicas-to-write)`, {
      why: `Replicas are told afterwards: a failover may lose what was acknowledged just before, at most ${lag} s of it.`,
    })
  }
}
