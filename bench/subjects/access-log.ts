import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import accessLogJob from '../../jobs/access-log/job.ts'
import { requestOf } from '../../jobs/access-log/request.ts'
import { accessLogSupply } from './access-log-lines.ts'
import { anyApp, type Subject } from './subject.ts'

/** A web server's log, counted in four ways at once. */
export const accessLog: Subject = {
  label: 'an access log, four stores',
  source: 'lines',
  supply: accessLogSupply,
  on: (options) => anyApp(bullmq(options).on(accessLogJob).bind({})),
  inMemory: async (lines) => (await memory().on(accessLogJob).run({ lines })).stores,
  byHand: (lines) => {
    const [hits, bytes, statuses, hours] = Array.from({ length: 4 }, () => new Map<string, number>()) as [Counts, Counts, Counts, Counts]
    for (const line of lines) {
      const request = requestOf(line)
      add(hits, request.path, 1)
      add(bytes, request.host, request.bytes)
      add(statuses, request.status, 1)
      add(hours, request.hour, 1)
    }
    return { hits, bytes, statuses, hours }
  },
}

type Counts = Map<string, number>

function add(counts: Counts, key: string, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n)
}
