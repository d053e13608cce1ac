import type { RedisFacts } from '../../platforms/bullmq/index.ts'
import { visible } from '../text.ts'
import { bad, type Finding, good, warning } from './finding.ts'
import { configure } from './wording.ts'

/** What is left after a restart, and whether it gets to the disk at all. */
export function* persistenceFindings(facts: RedisFacts): Generator<Finding, void> {
  if (!facts.info.has('aof_enabled')) return
  yield facts.info.get('aof_enabled') === '1' ? appendOnly(facts) : notAppendOnly(facts)
  yield disk(facts)
}

function notAppendOnly({ settings }: RedisFacts): Finding {
  const save = settings.get('save')
  const remedy = configure('appendonly', 'yes')
  if (save === '') {
    return warning('persistence', {
      found: 'none: no append-only file, no snapshots',
      why: 'A restart of Redis loses everything: what was sent, the counts, the dead letters.',
      remedy,
    })
  }
  return warning('persistence', {
    found: save === undefined ? 'no append-only file' : `snapshots only (save ${visible(save)})`,
    why: 'A restart of Redis loses everything since the last snapshot, if there is one: what was sent and what was counted, together.',
    remedy,
  })
}

const file = 'append-only file'

function appendOnly({ settings }: RedisFacts): Finding {
  const fsync = settings.get('appendfsync')
  const always = configure('appendfsync', 'always')
  if (fsync === undefined) {
    return warning('persistence', {
      found: `${file}; how often it is synced is not known`,
      why: 'If the machine dies, what was not synced is lost: a second of it with everysec, none with always, half a minute with no.',
      remedy: 'See that appendfsync is everysec or always.',
    })
  }
  if (fsync === 'no') {
    return warning('persistence', {
      found: `${file}, synced when the system likes`,
      why: 'If the machine dies, half a minute of what was acknowledged may be lost, and its counts with it.',
      remedy: configure('appendfsync', 'everysec'),
    })
  }
  if (settings.get('no-appendfsync-on-rewrite') === 'yes') {
    return warning('persistence', {
      found: `${file}, appendfsync ${fsync}, but not while it is rewritten`,
      why: 'If the machine dies during a rewrite, all since it began may be lost.',
      remedy: configure('no-appendfsync-on-rewrite', 'no'),
    })
  }
  if (fsync === 'always') return good('persistence', `${file}, synced before every answer`)
  return good('persistence', `${file}, synced every second`, {
    why: 'If the machine dies, about a second of what was acknowledged may be lost, and its counts with it.',
    remedy: `Should that be too much: ${always}`,
  })
}

function disk({ info, settings }: RedisFacts): Finding {
  const failed = (field: string) => info.get(field) === 'err'
  const remedy = 'Is the disk full, or the folder gone? The log of Redis says; redis-cli config get dir tells which folder.'
  if (failed('aof_last_write_status')) {
    return bad('disk', {
      found: 'the append-only file could not be written',
      why: 'Redis refuses all writes (MISCONF) until it can: send waits, nothing is counted.',
      remedy,
    })
  }
  if (failed('rdb_last_bgsave_status')) {
    // It refuses writes then, but only if it is to take snapshots by itself.
    const stops = settings.get('stop-writes-on-bgsave-error') !== 'no' && settings.get('save') !== ''
    const found = 'the last snapshot could not be written'
    if (!stops)
      return warning('disk', { found, why: 'A restart has an older one to begin with, or none; replicas cannot be made.', remedy })
    return bad('disk', { found, why: 'Redis refuses all writes (MISCONF) until it can: send waits, nothing is counted.', remedy })
  }
  if (failed('aof_last_bgrewrite_status')) {
    return warning('disk', { found: 'the append-only file could not be rewritten', why: 'It grows until the disk is full.', remedy })
  }
  return good('disk', 'the last writes went well')
}
