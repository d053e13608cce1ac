// npm run bench [-- --quick] [--only=NAME,NAME] [--events=N] [--json=FILE] [--keep] [--profile=DIR]
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { build, buildPeers } from './build.ts'
import { keep } from './page/results.ts'
import { writePage } from './page/write.ts'
import { installPeers } from './peers.ts'
import { measuredRedis } from './redis.ts'
import { print } from './report/print.ts'
import type { Report } from './report/report.ts'
import { load, machine, type Result, resultOf } from './report/result.ts'
import { workloads } from './workloads/index.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    events: { type: 'string' },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})
const { quick } = options

const wanted = options.only?.split(',')
const unknown = wanted?.filter((name) => !workloads.some((workload) => workload.name === name)) ?? []
if (unknown.length > 0) {
  console.error(
    `npm run bench: no workload ${unknown.join(', ')}; allowed: ${workloads.map(({ name }) => name).join(', ')}. Example: npm run bench -- --only=memory`,
  )
  process.exit(2)
}
const events = options.events === undefined ? undefined : Number(options.events)
if (events !== undefined && !(Number.isSafeInteger(events) && events > 0)) {
  console.error(
    `npm run bench: --events is ${options.events}; allowed: a whole number from 1. Example: npm run bench -- --only=length --events=100000000`,
  )
  process.exit(2)
}
const chosen = workloads.filter(({ name }) => wanted?.includes(name) ?? true)

const peers = chosen.flatMap(({ peers = [] }) => peers)
try {
  installPeers(peers)
} catch (error) {
  const without = workloads.filter(({ peers = [] }) => peers.length === 0).map(({ name }) => name)
  console.error(`${(error as Error).message} Without one, leave out what needs them: npm run bench -- --only=${without.join(',')}`)
  process.exit(1)
}
build()
if (peers.length > 0) buildPeers()
await using redis = chosen.some((workload) => workload.redis) ? await measuredRedis() : undefined

// One .cpuprofile for each process that counts: to be opened in Chrome's developer tools.
const node = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`]
const reports: Report[] = []
const results: Result[] = []
for (const workload of chosen) {
  const context = { size: workload.sizes[quick ? 'quick' : 'full'], node, ...(events === undefined ? {} : { events }) }
  const before = load()
  const report = workload.redis
    ? await workload.run({ ...context, redis: redis as NonNullable<typeof redis> })
    : await workload.run(context)
  const version = workload.redis ? { redis: redis?.version ?? '' } : {}
  reports.push(report)
  const result = resultOf(workload.name, report, {
    date: new Date().toISOString(),
    quick,
    machine: machine(),
    node: process.versions.node,
    ...version,
    load: { before, after: load() },
  })
  results.push(result)
  // After each: what was measured is kept, whatever becomes of the next.
  if (options.keep) keep(result)
  if (options.json !== undefined) writeFileSync(options.json, results.map((result) => `${JSON.stringify(result)}\n`).join(''))
}

const text = (load: readonly number[] = []) => load.map((each) => each.toFixed(2)).join(' ')
console.log(`
tanager bench${quick ? ', quick: the short run, good for a look' : ''}
Node ${process.version}, ${redis === undefined ? '' : `Redis ${redis.version}, `}${machine()}
load average ${text(results[0]?.load.before)} before, ${text(results.at(-1)?.load.after)} after: what else ran meanwhile slows everything; ratios are of neighbouring runs
`)
print(reports)
if (options.keep) writePage()
