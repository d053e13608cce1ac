import type { RedisFacts } from '../../platforms/bullmq/index.ts'
import { count, visible } from '../text.ts'
import { bad, type Finding, good, warning } from './finding.ts'
import { bytes, configure, duration, percent } from './wording.ts'

/** The server: what it is, how it is set up, how full it is. */
export function* serverFindings(facts: RedisFacts): Generator<Finding, void> {
  yield reached(facts)
  yield access(facts)
  if (facts.infoRefused === undefined) yield version(facts)
  if (facts.settingsRefused !== undefined) yield hidden(facts, facts.settingsRefused)
  yield* cluster(facts)
  yield* eviction(facts)
  yield* memory(facts)
  yield* connections(facts)
  yield* buffers(facts)
}

function reached({ where, info, infoRefused, roundTrip, user }: RedisFacts): Finding {
  const trip = roundTrip === undefined ? '' : `, ${duration(roundTrip)} there and back`
  if (infoRefused !== undefined) {
    return warning('redis', {
      found: `${where}${trip}, says nothing of itself: ${visible(infoRefused)}`,
      why: 'Version, memory, eviction, persistence and replication could not be examined.',
      remedy: `ACL SETUSER ${user} +info, or run this as a user who may ask.`,
    })
  }
  if (info.get('loading') === '1') {
    return warning('redis', {
      found: `${where} is loading its data${loaded(info.get('loading_eta_seconds'))}`,
      why: 'Workers and clients wait until it has done; what is below may be different then.',
      remedy: 'Wait, then ask again.',
    })
  }
  if (roundTrip !== undefined && roundTrip >= 20) {
    return warning('redis', {
      found: `${where}${trip}`,
      why: 'Every batch takes several steps, one after the other: the farther Redis is, the less a worker gets done.',
      remedy: 'Run workers near Redis; until then, more concurrency makes up for some of it.',
    })
  }
  return good('redis', `${where}${trip}`)
}

const loaded = (seconds: string | undefined) => (seconds === undefined || seconds === '-1' ? '' : `, for about ${seconds} s more`)

function version({ info }: RedisFacts): Finding {
  const redis = info.get('redis_version')
  if (redis === undefined) {
    return warning('version', {
      found: 'not known',
      why: 'The scripts need what Redis 6.2 can do.',
      remedy: 'See that it is 6.2 or newer.',
    })
  }
  const other = [...info].find(([name]) => name !== 'redis_version' && /^(?:valkey|dragonfly|keydb|garnet)_version$/.test(name))
  const found = other === undefined ? `Redis ${redis}` : `${other[0].replace('_version', '')} ${other[1]}, in the manner of Redis ${redis}`
  const [major = 0, minor = 0] = redis.split('.').map(Number)
  if (major < 6 || (major === 6 && minor < 2)) {
    return bad('version', {
      found,
      why: 'Too old: workers and clients refuse it.',
      remedy: 'Install 6.2 or newer; 7 or newer is recommended.',
    })
  }
  if (major < 7) {
    return warning('version', { found, why: 'It will do, but tanager is tested with Redis 7.', remedy: 'Install 7 or newer.' })
  }
  if (other !== undefined && !other[0].startsWith('valkey')) {
    return warning('version', { found, why: 'tanager is tested with Redis only.', remedy: 'Run your jobs there for a while, and compare.' })
  }
  return good('version', visible(found))
}

function access({ local, encrypted, password }: RedisFacts): Finding {
  if (local) return good('access', 'on this machine')
  const found = `${encrypted ? 'encrypted' : 'not encrypted'}, ${password ? 'with a password' : 'without a password'}`
  if (encrypted && password) return good('access', found)
  const why = password
    ? 'Whoever sees the traffic sees the password and all records.'
    : 'Whoever reaches it can read and change every count.'
  const remedy = [
    ...(encrypted ? [] : ['Use TLS: rediss:// in the address.']),
    ...(password ? [] : ['Set a password: requirepass, or an ACL user.']),
  ]
  return warning('access', { found, why, remedy: `${remedy.join(' ')} In a network that only your machines reach you may leave it.` })
}

function hidden({ user }: RedisFacts, reason: string): Finding {
  return warning('settings', {
    found: `not known: ${visible(reason)}`,
    why: 'What only CONFIG GET tells cannot be examined: how often the append-only file is synced, when snapshots are taken, how much of a reply may wait.',
    remedy: `${reason.startsWith('NOPERM') ? `ACL SETUSER ${user} +config|get, or look` : 'Look'} where this Redis is managed: appendfsync everysec or always, client-output-buffer-limit normal 0 0 0.`,
  })
}

function* cluster({ info }: RedisFacts): Generator<Finding, void> {
  if (info.get('cluster_enabled') !== '1') return
  yield warning('cluster', {
    found: 'a node of a cluster',
    why: 'A job lives on the one node that serves its slot; from all others it is refused with MOVED, also once the slot has moved.',
    remedy:
      'Name the node that serves it: redis-cli cluster keyslot "tanager:{job}:plan" tells the slot. Name a module, and this examines its job there.',
  })
}

function* eviction({ info }: RedisFacts): Generator<Finding, void> {
  const policy = info.get('maxmemory_policy')
  if (policy === undefined) return
  const evicted = Number(info.get('evicted_keys') ?? 0)
  const gone = evicted === 0 ? '' : `; ${count(evicted)} ${evicted === 1 ? 'key was' : 'keys were'} evicted since it started`
  const found = `${visible(policy)}${gone}`
  const remedy = configure('maxmemory-policy', 'noeviction')
  if (policy.startsWith('allkeys-')) {
    yield bad('eviction', { found, why: 'Full, it throws counts away. Workers and clients refuse to use it.', remedy })
  } else if (policy !== 'noeviction') {
    yield warning('eviction', { found, why: 'Full, it throws the locks of batches away: they run twice, though they count once.', remedy })
  } else if (evicted > 0) {
    yield warning('eviction', {
      found,
      why: 'Under an earlier policy keys were thrown away, and counts may be among them.',
      remedy: 'If jobs were here then, compare their stores with what was sent.',
    })
  } else yield good('eviction', found)
}

function* memory({ info }: RedisFacts): Generator<Finding, void> {
  const used = Number(info.get('used_memory') ?? Number.NaN)
  if (Number.isNaN(used)) return
  const most = Number(info.get('maxmemory') ?? 0)
  const machine = Number(info.get('total_system_memory') ?? 0)
  if (most === 0) {
    yield warning('memory', {
      found: `${bytes(used)} used, no limit${machine === 0 ? '' : ` (the machine has ${bytes(machine)})`}`,
      why: 'It grows until the system kills it. With a limit it refuses instead, and send waits until there is room.',
      remedy: configure('maxmemory', `${half(machine)}, say`),
    })
    return
  }
  const found = `${bytes(used)} of ${bytes(most)} used (${percent(used / most)})`
  const remedy = 'Raise maxmemory. What takes it up: redis-cli --bigkeys, and tanager status for what waits.'
  if (used >= most)
    yield bad('memory', { found, why: 'Full: send waits until there is room. Workers go on with what is there, slowly.', remedy })
  else if (used >= most * 0.9) {
    yield warning('memory', { found, why: 'Once it is full, send waits until there is room, and workers are slow.', remedy })
  } else yield good('memory', found)
}

/** Half of a machine, as redis.conf writes it. */
function half(machine: number): string {
  const mb = machine / 2 / 1024 / 1024
  if (mb < 1) return '2gb'
  return mb < 2048 ? `${Math.ceil(mb)}mb` : `${Math.floor(mb / 1024)}gb`
}

function* connections({ info, settings }: RedisFacts): Generator<Finding, void> {
  const now = Number(info.get('connected_clients') ?? Number.NaN)
  const most = Number(info.get('maxclients') ?? Number.NaN)
  if (Number.isNaN(now)) return
  const idle = Number(settings.get('timeout') ?? 0)
  const cut = idle === 0 ? '' : `; idle ones are ended after ${duration(idle * 1000)}, and come again`
  if (Number.isNaN(most)) yield good('connections', `${count(now)}${cut}`)
  else if (now < most * 0.8) yield good('connections', `${count(now)} of ${count(most)}${cut}`)
  else {
    yield warning('connections', {
      found: `${count(now)} of ${count(most)}${cut}`,
      why: 'A worker takes three or four, a client one. Beyond the limit new ones are refused.',
      remedy: configure('maxclients', String(most * 2)),
    })
  }
}

/** The longest answers are slices of an inbox and batches: a few megabytes, more where records are large. */
const enough = 32 * 1024 * 1024

function* buffers({ settings }: RedisFacts): Generator<Finding, void> {
  const [, hard] = /normal (\d+) /.exec(settings.get('client-output-buffer-limit') ?? '') ?? []
  if (hard === undefined) return
  const limit = Number(hard)
  if (limit === 0 || limit >= enough) yield good('output buffers', limit === 0 ? 'no limit' : bytes(limit))
  else {
    yield warning('output buffers', {
      found: `at most ${bytes(limit)}`,
      why: 'A longer answer ends the connection: a large batch is never read, and its job stands still.',
      remedy: configure('client-output-buffer-limit', '"normal 0 0 0"'),
    })
  }
}
