import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { requestOf } from './request.ts'

export const lines = source('lines', { item: codec.string })

export const hits = store('hits', { key: codec.string, sum })
export const bytes = store('bytes', { key: codec.string, sum })
export const statuses = store('statuses', { key: codec.string, sum })
export const hours = store('hours', { key: codec.string, sum })

const requests = lines.map(requestOf).name('requests')

export default job(
  'access-log',
  requests.map(({ path }) => [path, 1] as const).sumByKey(hits),
  requests.map(({ host, bytes }) => [host, bytes] as const).sumByKey(bytes),
  requests.map(({ status }) => [status, 1] as const).sumByKey(statuses),
  requests.map(({ hour }) => [hour, 1] as const).sumByKey(hours),
)
