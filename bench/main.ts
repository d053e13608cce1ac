// npm run bench [-- --quick] [-- --only=throughput,memory,latency,resident,algebra,simulation] [-- --profile=DIR]
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { sketchesJs } from './algebra/datadog.ts'
import { build } from './build.ts'
import { installPeers } from './peers.ts'
import { type MeasuredRedis, measuredRedis } from './redis.ts'
import { print, type Report } from './report.ts'
import { algebra } from './workloads/algebra.ts'
import { latency } from './workloads/latency.ts'
import { memory } from './workloads/memory.ts'
import { resident } from './workloads/resident.ts'
import { simulation } from './workloads/simulation.ts'
import { throughput } from './workloads/throughput.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'throughput,memory,latency,resident,algebra,simulation' },
    profile: { type: 'string' },
  },
})
const { quick } = options
// One .cpuprofile for each process that counts: to be opened in Chrome's developer tools.
const node = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`]
// Never fewer: the first half million are worked on while V8 still compiles.
const events = 2_000_000
const batchSize = 5_000

const withRedis: Readonly<Record<string, (redis: MeasuredRedis) => Promise<Report>>> = {
  throughput: (redis) =>
    throughput(redis, {
      rounds: quick ? 3 : 5,
      events,
      fewer: quick ? 50_000 : 100_000,
      batchSize,
      node,
    }),
  latency: (redis) => latency(redis, { rounds: quick ? 2 : 3, events: quick ? 200 : 1_000 }),
  resident: (redis) => resident(redis, { events: quick ? 2_000_000 : 10_000_000, batchSize }),
}
const without: Readonly<Record<string, () => Promise<Report>>> = {
  memory: () => memory({ passes: quick ? 5 : 15, events, node }),
  simulation: () => simulation({ rounds: quick ? 1 : 5, runs: 1_000, events: 1_000 }),
  algebra: () => algebra({ rounds: quick ? 5 : 9, inputs: quick ? 500_000 : 1_000_000, node }),
}

const wanted = options.only.split(',')
const unknown = wanted.filter((name) => withRedis[name] === undefined && without[name] === undefined)
if (unknown.length > 0) {
  console.error(
    `npm run bench: no workload ${unknown.join(', ')}; allowed: ${Object.keys({ ...withRedis, ...without }).join(', ')}. Example: npm run bench -- --only=memory`,
  )
  process.exit(2)
}

if (wanted.includes('algebra')) {
  try {
    installPeers([sketchesJs])
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}
build()
await using redis = wanted.some((name) => withRedis[name] !== undefined) ? await measuredRedis() : undefined

const load = () =>
  loadavg()
    .map((each) => each.toFixed(2))
    .join(' ')
const before = load()
const reports: Report[] = []
for (const name of wanted) {
  const report = await (redis === undefined ? without[name]?.() : (withRedis[name]?.(redis) ?? without[name]?.()))
  if (report !== undefined) reports.push(report)
}

const [processor] = cpus()
console.log(`
tanager bench${quick ? ', quick: the short run, good for a look' : ''}
Node ${process.version}, ${redis === undefined ? '' : `Redis ${redis.version}, `}${cpus().length} × ${processor?.model ?? 'unknown processor'}
load average ${before} before, ${load()} after: what else ran meanwhile slows everything; ratios are of neighbouring runs
`)
print(reports)
