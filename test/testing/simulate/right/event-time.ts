import { codec, hopping, job, source, store, tumbling } from 'tanager'
import { count } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const second = 1000
const clicks = source('clicks', { item: codec.tuple(codec.string, codec.int), timestamp: ([, at]) => at * second })

export default {
  right: 'windows of event time, for records that come late and out of order; the hour of a record, not of now',
  job: job(
    'clicks',
    clicks.window(tumbling({ seconds: 10 })).aggregateByKey(store('tens', { key: codec.tuple(codec.string, codec.int), sum: count })),
    clicks
      .window(hopping({ seconds: 20 }, { seconds: 5 }))
      .aggregateByKey(store('hops', { key: codec.tuple(codec.string, codec.int), sum: count })),
    clicks
      .withTime()
      .map(([[page], time]) => [new Date(time).getUTCSeconds() % 7, page] as const)
      .aggregateByKey(store('seconds', { key: codec.int, sum: count })),
  ),
  inputs: { clicks: Array.from({ length: 40 }, (_, i) => [`/${i % 3}`, (i * 17) % 60]) },
} satisfies Right
