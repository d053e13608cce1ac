import { codec, job, option, service, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const payments = source('payments', { item: codec.tuple(codec.string, codec.int) })
const rates = service('rates', { key: codec.string, value: codec.float })
const names = service('names', { key: codec.string, value: codec.struct({ name: codec.string }) })

const known: Readonly<Record<string, string>> = { EUR: 'euro', USD: 'dollar' }

export default {
  right: 'a table and a function that waits, asked by leftJoin and lookup; not all answers are there',
  job: job(
    'payments',
    payments
      .leftJoin(rates)
      .map(([, [amount, rate]]) => ['EUR', amount * option.getOrElse(() => 1)(rate)] as const)
      .sumByKey(store('revenue', { key: codec.string, sum })),
    payments
      .keys()
      .lookup(names)
      .map(([code, name]) => [option.isSome(name) ? name.value.name : `unknown ${code}`, 1] as const)
      .sumByKey(store('currencies', { key: codec.string, sum })),
  ),
  inputs: {
    payments: Array.from({ length: 40 }, (_, i) => [['EUR', 'USD', 'XXX'][i % 3], i]),
    rates: new Map([
      ['USD', 0.9],
      ['EUR', 1],
    ]),
    names: async (code: string) => {
      await new Promise((resolve) => setImmediate(resolve))
      const name = known[code]
      return name === undefined ? undefined : { name }
    },
  },
} satisfies Right
