import { codec, job, source, store } from 'tanager'
import { list } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const web = source('web', { item: codec.tuple(codec.string, codec.string) })
const app = source('app', { item: codec.tuple(codec.string, codec.string) })

export default {
  // One source's records stay in order; how those of two interleave is free, and another way each time.
  // Mended: `last` or `topK` by a time that the records come with, or one source for both.
  mistake: 'an order between two sources',
  make: () => job('trails', web.merge(app).aggregateByKey(store('trails', { key: codec.string, sum: list(codec.string, { last: 5 }) }))),
  inputs: {
    web: ['/', '/tea', '/cart'].map((page) => ['ada', page]),
    app: ['login', 'scan'].map((act) => ['ada', act]),
  },
  says: [
    'trails: comes out differently on a cluster than in memory',
    '  store trails, key "ada": memory has ["/cart", "login"], the simulation has ["login", "/cart"]',
    '  the aggregation of trails is not declared to commute, and records of web and app meet before it: how they interleave is free',
    '  with these records:',
    '    web: ["ada", "/cart"]',
    '    app: ["ada", "login"]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of web sends batch 1: ["ada", "/cart"]',
    '    client of app sends batch 1: ["ada", "login"]',
    '    worker 1 begins batch 1 of app',
    '    worker 1 commits batch 1 of app: trails is to get "ada": ["login"]',
    '    worker 1 begins batch 1 of web',
    '    worker 1 commits batch 1 of web: trails is to get "ada": ["/cart"]',
    '    worker 1 begins the merge of trails',
    '    worker 1 merges into trails: "ada" is ["login", "/cart"]',
  ],
} satisfies Mistake
