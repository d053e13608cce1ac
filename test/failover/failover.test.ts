import { describe, expect, it } from 'vitest'
import { account, checkDeliveries } from './account.ts'
import { openGateway } from './gateway.ts'
import { ask, replication, startPair } from './pair.ts'
import { openScene, type Scene } from './scene.ts'
import { startSentinel } from './sentinel.ts'

function sendEverything({ senders, client }: Scene): void {
  senders.plain(client(), 'plain')
  senders.plain(client(), 'wide', 4)
  senders.numbered(client(), 'numbered')
}

describe('a replica that is promoted in the middle of a run', () => {
  it.each([
    { lag: 0, name: 'is behind by what was under way' },
    { lag: 3, name: 'is a few batches behind: numbers are given again while batches that had them are in hand' },
    { lag: 100, name: 'is a hundred batches behind' },
  ])('counts what it has, once and whole, when it $name', async ({ lag }) => {
    await using pair = await startPair()
    await using front = await openGateway(pair.primary.port)
    await using scene = await openScene(front.url)
    const { senders } = scene
    sendEverything(scene)
    await senders.acknowledge(60)
    const safe = senders.acknowledged
    await pair.caughtUp()
    if (lag > 0) pair.link.freeze()
    const underWay = new Set(senders.batches.keys())
    await senders.acknowledge(lag)
    const doomed = [...senders.acknowledged].filter((batch) => !underWay.has(batch))

    await pair.primary.kill()
    await pair.promote()
    front.leadTo(pair.replica.port)
    await senders.acknowledge(100)
    await senders.stop()

    const outcome = await account(scene.client(), senders)
    const { lost } = outcome
    checkDeliveries(scene.delivered, outcome)
    expect([...lost].filter((batch) => safe.has(batch) || batch.startsWith('numbered '))).toEqual([])
    expect(doomed.filter((batch) => !batch.startsWith('numbered ') && !lost.has(batch))).toEqual([])
    if (lag === 100) expect(lost.size).toBeGreaterThan(0)
    if (lag === 100) expect(senders.gaps).toBeGreaterThan(0)
  })
})

describe('a failover by Sentinel', () => {
  it('is followed by workers and clients that ask Sentinel for the primary', async () => {
    await using pair = await startPair()
    await using sentinel = await startSentinel(pair.primary)
    const { host, port, name } = sentinel
    await using scene = await openScene({ sentinels: [{ host, port }], name })
    const { senders } = scene
    sendEverything(scene)
    await senders.acknowledge(60)
    const safe = senders.acknowledged
    await pair.caughtUp()

    await pair.primary.kill()
    await expect.poll(sentinel.primary, { interval: 20, timeout: 20_000 }).toBe(pair.replica.port)
    await senders.acknowledge(100)
    await senders.stop()

    const outcome = await account(scene.client(), senders)
    checkDeliveries(scene.delivered, outcome)
    expect([...outcome.lost].filter((batch) => safe.has(batch) || batch.startsWith('numbered '))).toEqual([])
  })
})

describe('an old primary that is cut off, and those who still talk to it', () => {
  it('acknowledges what is lost for good, and counts nothing twice when it comes back as a replica', async () => {
    await using pair = await startPair()
    await using front = await openGateway(pair.primary.port)
    await using back = await openGateway(pair.primary.port)
    await using scene = await openScene(front.url)
    await using cutOff = await openScene(back.url, 1)
    const { senders } = scene
    sendEverything(scene)
    senders.plain(cutOff.client(), 'zombie')
    senders.numbered(cutOff.client(), 'numbered-zombie')
    await senders.acknowledge(60)
    const safe = senders.acknowledged
    await pair.caughtUp()

    pair.link.freeze()
    await pair.promote()
    front.leadTo(pair.replica.port)
    const underWay = new Set(senders.batches.keys())
    const beyond = () => [...senders.acknowledged].filter((batch) => batch.startsWith('zombie ') && !underWay.has(batch))
    await expect.poll(() => beyond().length, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(30)
    await senders.acknowledge(30)
    const doomed = beyond()

    pair.link.cut()
    await ask(pair.primary, 'REPLICAOF', '127.0.0.1', String(pair.replica.port))
    back.leadTo(pair.replica.port)
    await expect.poll(() => replication(pair.primary, 'master_link_status'), { interval: 20, timeout: 10_000 }).toBe('up')
    await senders.acknowledge(60)
    await senders.stop()

    const outcome = await account(scene.client(), senders)
    const { lost } = outcome
    checkDeliveries([...scene.delivered, ...cutOff.delivered], outcome)
    expect([...lost].filter((batch) => safe.has(batch) || batch.startsWith('numbered'))).toEqual([])
    expect(doomed.filter((batch) => !lost.has(batch))).toEqual([])
  })
})

describe('a primary that wants a replica to have heard of late (min-replicas-to-write)', () => {
  it('acknowledges nothing once it has been alone for min-replicas-max-lag, and senders wait for its successor', async () => {
    await using pair = await startPair({ 'min-replicas-to-write': '1', 'min-replicas-max-lag': '1' })
    await expect.poll(() => replication(pair.primary, 'min_slaves_good_slaves'), { interval: 20, timeout: 10_000 }).toBe('1')
    await using front = await openGateway(pair.primary.port)
    await using scene = await openScene(front.url)
    const { senders } = scene
    sendEverything(scene)
    await senders.acknowledge(60)
    const safe = senders.acknowledged
    await pair.caughtUp()

    pair.link.freeze()
    await expect.poll(() => replication(pair.primary, 'min_slaves_good_slaves'), { interval: 5, timeout: 10_000 }).toBe('0')
    await expect(ask(pair.primary, 'SET', 'probe', '1')).rejects.toThrow('NOREPLICAS')
    const acknowledged = senders.acknowledged
    const waiting = new Set(senders.batches.keys())
    await pair.primary.kill()
    await pair.promote()
    front.leadTo(pair.replica.port)
    await senders.acknowledge(60)
    await senders.stop()

    const outcome = await account(scene.client(), senders)
    const { counted, lost } = outcome
    checkDeliveries(scene.delivered, outcome)
    expect([...lost].filter((batch) => safe.has(batch) || batch.startsWith('numbered '))).toEqual([])
    expect([...lost].filter((batch) => !acknowledged.has(batch))).toEqual([])
    expect([...waiting].filter((batch) => !acknowledged.has(batch) && !counted.has(batch))).toEqual([])
  })
})
