import { codec, job, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { deployed } from './deployed.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const loud = sink('loud', { item: codec.string })
const kept = sink('kept', { item: codec.string })
const speaking = job(
  'speaking',
  words
    .map((word) => word.toUpperCase())
    .write(loud)
    .write(kept)
    .map((word) => [word, 1] as const)
    .sumByKey(counts),
)

/** A sink that takes nothing before it is told to. */
function gated() {
  const taken: string[] = []
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const write = async (items: readonly string[]) => {
    await opened
    taken.push(...items)
  }
  return { taken, open, write }
}

describe('settled', () => {
  it('waits until bound sinks have all of it; reads do not, and nobody waits for a sink that is not bound', async () => {
    const slow = gated()
    await using there = await deployed(speaking, { loud: slow }, { batch: { batchRecords: 2 } })
    await there.worker()
    const { client } = there
    const receipt = await client.send('words', ['a', 'b', 'a', 'c', 'a'])
    expect(await client.store('counts').get('A', { after: receipt, timeout: 10_000 })).toBe(3)
    const early = { after: receipt, timeout: 100 }
    await expect(client.settled(early)).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('the sink loud') })
    expect(slow.taken).toEqual([])
    const settling = client.settled({ timeout: 10_000 }).then(() => [...slow.taken])
    slow.open()
    expect((await settling).sort()).toEqual(['A', 'A', 'A', 'B', 'C'])
    let left = 0
    for await (const _ of client.sink('kept').entries()) left += 1
    expect(left).toBe(5)
  })

  it('waits for a sink that fails until it has taken what failed', async () => {
    let failures = 3
    const taken: string[] = []
    const write = async (items: readonly string[]) => {
      if (failures-- > 0) throw new Error('the sink is away')
      taken.push(...items)
    }
    await using there = await deployed(speaking, { loud: { write } }, { backoff: 1 })
    await there.worker()
    await there.client.settled({ after: await there.client.send('words', ['a']), timeout: 10_000 })
    expect(taken).toEqual(['A'])
  })
})
