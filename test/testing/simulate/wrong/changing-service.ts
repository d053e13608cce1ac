import { codec, job, option, service, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const payments = source('payments', { item: codec.tuple(codec.string, codec.int) })
const rates = service('rates', { key: codec.string, value: codec.float })

let asked = 0

export default {
  // The rate of now: which one a payment gets depends on when its batch is worked on, and how often.
  // Mended: the day of the payment as part of the key, so that there is one answer for good.
  mistake: 'a service that answers something else later',
  make: () =>
    job(
      'revenue',
      payments
        .leftJoin(rates)
        .map(([, [amount, rate]]) => ['EUR', amount * option.getOrElse(() => 1)(rate)] as const)
        .sumByKey(store('revenue', { key: codec.string, sum })),
    ),
  inputs: {
    payments: [
      ['USD', 100],
      ['GBP', 20],
      ['USD', 50],
    ],
    rates: () => 1 + (asked++ % 5),
  },
  varies: /\d/g,
  says: [
    'revenue: service rates answered #, then #, for key "USD". A batch that is tried again asks again: put into the key what the answer depends on, such as a date or a version.',
  ],
} satisfies Mistake
