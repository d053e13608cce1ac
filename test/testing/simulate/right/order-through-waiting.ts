import { codec, job, option, service, source, store } from 'tanager'
import { list } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const steps = source('steps', { item: codec.tuple(codec.string, codec.int) })
const names = service('names', { key: codec.string, value: codec.string })

export default {
  right: 'an order that outlasts steps which wait, some of them longer than those behind them',
  job: job(
    'trails',
    steps
      .mapAsync(async ([user, n]) => {
        for (let i = 0; i < 5 - (n % 5); i++) await Promise.resolve()
        return [user, n] as const
      })
      .leftJoin(names)
      .map(([user, [n, name]]) => [option.getOrElse(() => user)(name), n] as const)
      .flatMapAsync(async ([user, n]) => (n % 7 === 6 ? [] : [[user, n] as const, [user, -n] as const]))
      .aggregateByKey(store('trails', { key: codec.string, sum: list(codec.int, { last: 100 }) })),
  ),
  inputs: { steps: Array.from({ length: 30 }, (_, i) => [`u${i % 3}`, i]), names: new Map([['u1', 'ada']]) },
} satisfies Right
