import { goals } from '../goals.ts'
import type { Feeder } from '../programs/feeder.ts'
import type { Runner } from '../programs/runner.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import type { Setup } from '../subjects/setup.ts'
import { start } from '../subprocess.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  /** Of beacons; of what is larger, fewer. */
  readonly records: number
}

const room = {}
/** What a worker holds at a time depends on how large things are, and how many keys come in a batch. */
const flows: readonly { readonly label: string; readonly setup: Setup; readonly share: number }[] = [
  { label: 'beacons, 10,000 keys', setup: { subject: 'beacons', shape: { keys: 10_000 }, options: { room } }, share: 1 },
  {
    label: 'beacons, 1,000,000 keys, evenly',
    setup: { subject: 'beacons', shape: { keys: 1_000_000, even: true }, options: { room } },
    share: 0.5,
  },
  { label: 'an access log, four stores', setup: { subject: 'accessLog', shape: { keys: 1_500 }, options: { room } }, share: 0.1 },
  {
    label: 'values of 10,000 bytes',
    setup: { subject: 'documentsByKey', shape: { keys: 1_000, length: 10_000 }, options: { room } },
    share: 0.005,
  },
]
const parts = 5
/** V8 collects its heap when there is several times as much in it as is in use; told how large it may become, it collects it earlier. */
const held = '--max-old-space-size=64'

/** Ever more records through one worker, as fast as it takes them: what does it hold at most, does it grow? */
export const resident: RedisWorkload<Size> = {
  name: 'resident',
  asks: 'how much memory does a worker hold, and does it grow with the number of events?',
  redis: true,
  sizes: { full: { records: 10_000_000 }, quick: { records: 2_000_000 } },

  run: async ({ size, redis }) => {
    const rows: { readonly label: string; readonly records: number; readonly atRest: number; readonly most: readonly number[] }[] = []
    async function run({ label, setup, share }: (typeof flows)[number], node: readonly string[]): Promise<readonly number[]> {
      await redis.clear()
      await using runner = start<Runner>('runner', [], node)
      await using feeder = start<Feeder>('feeder')
      await feeder.call('open', setup, redis.url)
      await runner.call('begin', setup, redis.url)
      const atRest = await runner.call('mostMemory')
      const most: number[] = []
      const records = size.records * share
      const name = [label, ...node].join(', ')
      for (let part = 1; part <= parts; part++) {
        await feeder.call('send', records / parts)
        await feeder.call('settled')
        most.push(await runner.call('mostMemory'))
        tell(`memory of a worker, ${name}: ${number(most.at(-1) as number)} MB at most, part ${part} of ${parts}`)
      }
      await feeder.call('check')
      await feeder.call('close')
      await runner.call('stop')
      rows.push({ label: name, records, atRest, most })
      return most
    }
    const [asItIs, toldSo] = [[], []] as [number[], number[]]
    for (const flow of flows) {
      asItIs.push(...(await run(flow, [])))
      toldSo.push(...(await run(flow, [held])))
    }
    return {
      title: `The most memory of a worker, fifth by fifth of what it counts`,
      figures: [
        { ...goals.resident, runs: [Math.max(...asItIs)] },
        { ...goals.resident, id: 'resident-held', what: `${goals.resident.what}, by node ${held}`, runs: [Math.max(...toldSo)] },
      ],
      details: {
        columns: ['', 'records', 'at rest', ...Array.from({ length: parts }, (_, i) => `${i + 1} of ${parts}`)],
        rows: rows.map(({ label, records, atRest, most }) => [
          label,
          records.toLocaleString('en-US'),
          ...[atRest, ...most].map((megabytes) => ({ runs: [megabytes], unit: 'MB' })),
        ]),
      },
    }
  },
}
