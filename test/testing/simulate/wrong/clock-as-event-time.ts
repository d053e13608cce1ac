import { codec, job, source, store, tumbling } from 'tanager'
import { count } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

export default {
  // An event time is the event's: this one is the worker's, and moves when the batch is tried again.
  // Mended: take it from a field of the record; what has none gets one where it is made, before it is sent.
  mistake: 'an event time that is the time of the worker',
  make: () =>
    job(
      'clicks-by-day',
      source('clicks', { item: codec.string, timestamp: () => Date.now() })
        .map((page) => [page, page] as const)
        .window(tumbling({ days: 1 }))
        .aggregateByKey(store('days', { key: codec.tuple(codec.string, codec.int), sum: count })),
    ),
  inputs: { clicks: ['/', '/tea', '/', '/cart'] },
  varies: /\d+/g,
  says: [
    'clicks-by-day: clicks: timestamp answers #, then #, to the same record "/": it asks the clock (Date.now). Take the time from the record, or its event time by withTime().',
  ],
} satisfies Mistake
