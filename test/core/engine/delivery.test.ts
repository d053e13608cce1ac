import { describe, expect, it } from 'vitest'
import { of } from '../../../core/codec/codec.ts'
import type { SinkToken } from '../../../core/contract/sink.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { sink } from '../../../core/slot/slot.ts'
import { handEngine } from './hand-engine.ts'

// A codec as users write it: both functions take more arguments than one.
const number = of<number>({ id: 'number', encode: (value: number, radix = 10) => value.toString(radix), decode: Number.parseInt })
const numbers = source('numbers', { item: number })
const out = sink('out', { item: number })
const copying = job('copying', numbers.write(out))
const deliver = { kind: 'sink', sink: 'out', sequence: 1 } as const

function setUp() {
  const written: (readonly [readonly unknown[], SinkToken])[] = []
  const state = { fails: false }
  const hand = handEngine(copying, {
    sinks: {
      out: {
        write: async (items, token) => {
          if (state.fails) throw new Error('the disk is full')
          written.push([items, token])
        },
      },
    },
  })
  return { hand, written, state }
}

describe('a delivery', () => {
  it('gives the sink its batch, decoded, with a token, and lets the batch go', async () => {
    const { hand, written } = setUp()
    await hand.append('numbers', ['10', '11', '12'])
    await hand.stage('numbers', 1)
    expect(hand.told).toEqual([deliver])
    await hand.runAll()
    expect(written).toEqual([[[10, 11, 12], { job: 'copying', sink: 'out', sequence: 1, id: '1-0' }]])
    expect(await hand.log.range('out', 1, 10)).toEqual([])
    expect((await hand.log.progress()).sinks.get('out')).toMatchObject({ head: 1, watermark: 1, backlog: 0, records: 3 })
  })

  it('does nothing once the batch is delivered', async () => {
    const { hand, written } = setUp()
    await hand.append('numbers', ['1'])
    await hand.stage('numbers', 1)
    await hand.runAll()
    expect(await hand.run(deliver)).toEqual({ status: 'done' })
    expect(written).toHaveLength(1)
  })

  it('keeps the batch when the sink fails, and comes again under the same token', async () => {
    const { hand, written, state } = setUp()
    await hand.append('numbers', ['1'])
    await hand.stage('numbers', 1)
    state.fails = true
    await expect(hand.run(deliver)).rejects.toThrow('the disk is full')
    state.fails = false
    expect((await hand.log.pending(10)).pointers).toEqual([deliver])
    await hand.run(deliver)
    expect(written).toEqual([[[1], { job: 'copying', sink: 'out', sequence: 1, id: '1-0' }]])
  })

  it('is not asked for where nothing is bound: the batches stay', async () => {
    const hand = handEngine(copying)
    await hand.append('numbers', ['1'])
    await hand.stage('numbers', 1)
    expect(hand.told).toEqual([])
    expect((await hand.log.pending(10)).pointers).toEqual([])
    expect(await hand.run(deliver)).toEqual({ status: 'done' })
    expect(await hand.log.range('out', 1, 10)).toMatchObject([{ sequence: 1, payload: 'L1', records: 1 }])
  })
})
