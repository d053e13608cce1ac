import { equal } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'

export const leases: LogLaws = {
  about: 'who may',
  laws: [
    law('gives a lease to one at a time', async ({ log }) => {
      equal(await log.lease('reconciler', 'a', 60_000), true)
      equal(await log.lease('reconciler', 'b', 60_000), false)
      equal(await log.lease('reconciler', 'a', 60_000), true)
      equal(await log.lease('another', 'b', 60_000), true)
    }),
    law('keeps the first plan, and lets one who has seen it put another in its place', async ({ log }) => {
      const plan = (fingerprint: string) => ({ fingerprint, description: `plan\n${fingerprint}`, state: { stores: { a: [1, 'é', null] } } })
      equal(await log.deployed(), undefined)
      equal(await log.deploy(plan('1'), undefined), plan('1'))
      equal(await log.deploy(plan('2'), undefined), plan('1'))
      equal(await log.deploy(plan('3'), '1'), plan('3'))
      equal(await log.deploy(plan('4'), '1'), plan('3'))
      equal(await log.deployed(), plan('3'))
    }),
  ],
}
