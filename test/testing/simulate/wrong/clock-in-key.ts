import { codec, job, source, store } from 'tanager'
import { count } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const clicks = source('clicks', { item: codec.string })

export default {
  // The minute in which a record is worked on is not the minute in which it happened, and another one when it is tried again.
  // Mended: give the source a `timestamp`, and the pairs a `window(tumbling({ minutes: 1 }))`.
  mistake: 'the time of day of the worker, in a key',
  make: () =>
    job(
      'clicks-by-minute',
      clicks
        .map((page) => [Math.floor(Date.now() / 60_000), page] as const)
        .aggregateByKey(store('minutes', { key: codec.int, sum: count })),
    ),
  inputs: { clicks: ['/', '/tea', '/', '/cart'] },
  varies: /\d+/g,
  says: [
    'clicks-by-minute: map·prepare: map answers [#, "/"], then [#, "/"], to the same record "/": it asks the clock (Date.now). Take the time from the record, or its event time by withTime().',
  ],
} satisfies Mistake
