import { codec, job, source, store } from 'tanager'
import { type Ranking, spaceSaver } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const views = source('views', { item: codec.string })

/** What both rankings vouch for has to agree: the bounds of each count have to meet. */
function agree(a: Ranking<string>, b: Ranking<string>): boolean {
  const pages = [...a.top(), ...b.top()].map(({ key }) => key)
  return a.total === b.total && pages.every((page) => a.count(page).min <= b.count(page).max && b.count(page).min <= a.count(page).max)
}

export default {
  right: 'a ranking with more pages than places: what it loses depends on what is merged with what, and it says how much that is',
  job: job(
    'ranking',
    views.map((page) => ['all', page] as const).aggregateByKey(store('pages', { key: codec.string, sum: spaceSaver({ capacity: 4 }) })),
  ),
  inputs: { views: Array.from({ length: 60 }, (_, i) => `/${(i * i) % 11}`) },
  options: { equals: { pages: agree } },
} satisfies Right
