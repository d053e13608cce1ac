import { test } from 'node:test'
import { simulate } from '../../../../testing/simulate/simulate.ts'
import right from '../right/order-of-one-source.ts'
import impure from '../wrong/captured-set.ts'
import wrong from '../wrong/declared-commutative.ts'

// What somebody writes who uses node's own runner: two of these fail, and it has to be seen why.

test('right', async () => {
  await simulate(right.job, { inputs: right.inputs as never, runs: 5 })
})

test('wrong', async () => {
  await simulate(wrong.make(), { inputs: wrong.inputs as never, seed: 1, seconds: 60 })
})

test('impure', async () => {
  await simulate(impure.make(), { inputs: impure.inputs as never, seed: 1 })
})
