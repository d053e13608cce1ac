import { codec, job, source, store } from 'tanager'
import { ddSketch, decayedMap, hyperLogLog, spaceSaver } from 'tanager/algebra'
import { requestOf } from './request.ts'

const hour = 60 * 60 * 1000

export const lines = source('lines', { item: codec.string })

export const visitors = store('visitors', { key: codec.string, sum: hyperLogLog() })
export const visitorsOfSection = store('visitorsOfSection', { key: codec.string, sum: hyperLogLog({ p: 12 }) })
export const sizes = store('sizes', { key: codec.string, sum: ddSketch({ relativeAccuracy: 0.01 }) })
export const pages = store('pages', { key: codec.string, sum: spaceSaver({ capacity: 500 }) })
export const trending = store('trending', { key: codec.string, sum: decayedMap(codec.string, { halfLife: hour }) })

const requests = lines.map(requestOf).name('requests')
// Anybody can ask for what is not there, under any name: only pages that are there may have a place in a table.
const views = requests.filter(({ found }) => found).name('views')

export default job(
  'unique-visitors',
  requests.map(({ day, visitor }) => [day, visitor] as const).aggregateByKey(visitors),
  views.map(({ day, section, visitor }) => [`${day} ${section}`, visitor] as const).aggregateByKey(visitorsOfSection),
  views.map(({ section, bytes }) => [section, bytes] as const).aggregateByKey(sizes),
  views.map(({ day, page }) => [day, page] as const).aggregateByKey(pages),
  views.map(({ section, page, at }) => [section, [page, 1, at] as const] as const).aggregateByKey(trending),
)
