import { codec, job, source, store } from 'tanager'
import { count } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const clicks = source('clicks', { item: codec.string })

export default {
  // As the clock in a key, but it comes out the same for most of an hour: a test that runs the job twice is green.
  // Mended: as there, by the time of the record.
  mistake: 'the hour it is now',
  make: () =>
    job(
      'clicks-by-hour',
      clicks.map((page) => [new Date().getHours(), page] as const).aggregateByKey(store('hours', { key: codec.int, sum: count })),
    ),
  inputs: { clicks: ['/', '/tea', '/', '/cart'] },
  varies: /\d+/g,
  says: [
    'clicks-by-hour: map·prepare: map answers [#, "/"], then [#, "/"], to the same record "/": it asks the clock (new Date). Take the time from the record, or its event time by withTime().',
  ],
} satisfies Mistake
