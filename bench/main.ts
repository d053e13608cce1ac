// npm run bench [-- --quick] [--only=NAME,NAME] [--events=N] [--json=FILE] [--keep] [--profile=DIR]
import { writeFileSync } from 'node:fs'
import { build, buildPeers } from './build.ts'
import { type Options, optionsOf } from './options.ts'
import { keep } from './page/results.ts'
import { picturePeers, writePage } from './page/write.ts'
import { installPeers } from './peers.ts'
import { type MeasuredRedis, measuredRedis } from './redis.ts'
import { print } from './report/print.ts'
import type { Report } from './report/report.ts'
import { load, machine, type Result, resultOf } from './report/result.ts'
import type { Workload } from './workloads/workload.ts'

const options = orExit(2, () => optionsOf(process.argv.slice(2)))
const { chosen, quick } = options
const peers = [...chosen.flatMap(({ peers = [] }) => peers), ...(options.keep ? picturePeers : [])]
orExit(1, () => installPeers(peers))
build()
if (peers.length > 0) buildPeers()
await using redis = chosen.some((workload) => workload.redis) ? await measuredRedis() : undefined

const reports: Report[] = []
const results: Result[] = []
for (const workload of chosen) {
  const before = load()
  try {
    const report = await run(workload, options, redis)
    reports.push(report)
    results.push(resultOf(workload.name, report, circumstances(workload, before)))
  } catch (error) {
    // The others have been waited for, and are as good without this one.
    console.error(`npm run bench: ${workload.name} failed: ${error instanceof Error ? error.stack : error}`)
    process.exitCode = 1
    continue
  }
  // After each: what was measured is kept, whatever becomes of the next.
  if (options.keep) keep(results.at(-1) as Result)
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

function run(workload: Workload, { events, profile }: Options, redis: MeasuredRedis | undefined): Promise<Report> {
  const context = {
    size: workload.sizes[quick ? 'quick' : 'full'],
    // One .cpuprofile for each process that counts: to be opened in Chrome's developer tools.
    node: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
    ...(events === undefined ? {} : { events }),
  }
  return workload.redis ? workload.run({ ...context, redis: redis as MeasuredRedis }) : workload.run(context)
}

function circumstances(workload: Workload, before: readonly number[]) {
  const server = workload.redis ? { redis: redis?.version ?? '' } : {}
  const after = load()
  return { date: new Date().toISOString(), quick, machine: machine(), node: process.versions.node, ...server, load: { before, after } }
}

function orExit<T>(code: number, does: () => T): T {
  try {
    return does()
  } catch (error) {
    console.error(`npm run bench: ${(error as Error).message}`)
    process.exit(code)
  }
}
