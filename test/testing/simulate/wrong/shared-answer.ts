import { codec, job, source, store } from 'tanager'
import { record, sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const clicks = source('clicks', { item: codec.string })

export default {
  // All answers are one object: what was answered before changes while it is on its way.
  // Mended: a new one for each answer, `{ [page]: 1 }`; the store adds them up.
  mistake: 'an object that is filled and answered again and again',
  make: () => {
    const total: Record<string, number> = {}
    return job(
      'pages',
      clicks
        .map((page) => {
          total[page] = (total[page] ?? 0) + 1
          return ['all', total] as const
        })
        .sumByKey(store('pages', { key: codec.string, sum: record(sum) })),
    )
  },
  inputs: { clicks: ['/', '/tea', '/', '/cart'] },
  says: [
    'pages: map answers the same object again and changes it: ["all", {"/": 1}] became ["all", {"/": 2}]. Make a new one for each answer: what was answered before may still be on its way.',
  ],
} satisfies Mistake
