// npm run demo: the job of jobs/beacon-counts over made-up traffic, in this process. Needs no Redis and nothing built.
import Table from 'cli-table3'
import pc from 'picocolors'
import { memory } from 'tanager/memory'
import { bookedCampaigns } from '../jobs/beacon-counts/campaigns.ts'
import beaconCounts from '../jobs/beacon-counts/job.ts'
import { traffic } from '../jobs/beacon-counts/traffic.ts'

const count = Number(process.argv[2] ?? 1_000_000)
if (!Number.isSafeInteger(count) || count < 1) {
  console.error(`npm run demo: how many beacons? got ${process.argv[2]}; allowed: a whole number from 1. Example: npm run demo -- 100000`)
  process.exit(2)
}

const number = (n: number) => Math.round(n).toLocaleString('en-US')

console.log(`
${pc.bold('beacon-counts')} over ${number(count)} made-up ad beacons, such as

  ${pc.dim([...traffic({ beacons: 1 })].join())}

counted by type, by site, and by campaign, whose name a service looks up.
The job is one value (jobs/beacon-counts/job.ts): here it runs in memory, in
this process; the same value runs exactly once per beacon on any number of
worker processes over BullMQ and Redis (deploy.ts). The top of each store:
`)

// Made before the clock starts: what is timed is the job.
const beacons = [...traffic({ beacons: count })]
const begin = performance.now()
const { stores, sinks, deadLetters } = await memory().on(beaconCounts).run({ beacons, campaigns: bookedCampaigns })
const seconds = (performance.now() - begin) / 1000

const shown = 8
const tops = Object.entries(stores).map(([name, store]) => ({ name, size: store.size, rows: top(store, shown) }))

const table = new Table({
  head: tops.flatMap(({ name, size }) => [pc.bold(pc.cyan(name)), pc.dim(size > shown ? `of ${number(size)}` : '')]),
  colAligns: tops.flatMap(() => ['left', 'right'] as const),
  style: { head: [], border: pc.isColorSupported ? ['gray'] : [], compact: true },
})
for (let row = 0; row < shown; row++) table.push(tops.flatMap(({ rows }) => rows[row] ?? ['', '']))
console.log(table.toString())

console.log(`
${pc.bold(pc.green(`${number(count / seconds)} beacons a second`))} (${seconds.toFixed(2)} s). \
${number(sinks.unknown.length)} of unknown
type went to a sink, ${number(deadLetters.length)} broken ones to the dead letters:
${reasons()}

Next:
${next('its graph', 'npx tanager graph jobs/beacon-counts/job.ts')}
${next('a file', 'npx tanager run jobs/word-count/job.ts --source lines=README.md')}
${next('on Redis', 'npx tanager run jobs/word-count/job.ts --source lines=README.md --platform bullmq')}
`)

function next(what: string, command: string): string {
  return `  ${what.padEnd(12)}${pc.cyan(command)}`
}

function top(store: ReadonlyMap<string, number>, most: number): readonly [key: string, n: string][] {
  const rows = [...store].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, most)
  return rows.map(([key, n]) => [key, number(n)])
}

function reasons(): string {
  const counts = new Map<string, number>()
  for (const { error } of deadLetters) counts.set(error, (counts.get(error) ?? 0) + 1)
  return top(counts, 5)
    .map(([error, n]) => `  ${pc.dim(`${n.padStart(6)}  ${error}`)}`)
    .join('\n')
}
