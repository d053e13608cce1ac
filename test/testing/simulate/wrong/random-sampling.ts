import { codec, job, source, store } from 'tanager'
import { count } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const clicks = source('clicks', { item: codec.string })

export default {
  // A batch that is tried again is another sample; one branch may have a record that the other has not.
  // Mended: draw from the record, by a hash of it or of its id.
  mistake: 'one record in ten, by Math.random',
  make: () =>
    job(
      'sample',
      clicks
        .filter(() => Math.random() < 0.1)
        .keyBy((page) => page)
        .aggregateByKey(store('sample', { key: codec.string, sum: count })),
    ),
  inputs: { clicks: Array.from({ length: 20 }, (_, i) => ['/', '/tea', '/cart'][i % 3]) },
  varies: /true|false|then|later|"\/\w*"/g,
  says: [
    'sample: filter·keyBy·prepare: filter answers #, # #, to the same record #: it draws at random (Math.random). Draw from the record: a hash of it, or an id that it comes with.',
  ],
} satisfies Mistake
