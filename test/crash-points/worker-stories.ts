import { aggregation, type Change, codec, encoded, job, option, service, sink, source, store, tumbling } from 'tanager'
import { count, sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { Deliveries } from './deliveries.ts'
import type { Story } from './story.ts'
import { counts, send, wordCount, words } from './words.ts'

/** A sum of a sum that sees every change: drains tell a stage, which tells a drain. */
export function chained(): Story {
  const letters = store('letters', { key: codec.string, sum })
  const changes = sink('changes', { item: codec.json<readonly [string, Change<number>]>() })
  const chain = job(
    'chained',
    words
      .map((word) => [word, 1] as const)
      .sumByKey(counts, { emit: 'every' })
      .write(changes)
      .map(([word, { delta }]) => [word.slice(0, 1), delta] as const)
      .sumByKey(letters),
  )
  const batches = [
    ['apple', 'bread'],
    ['apple', 'avocado'],
  ]
  return {
    job: chain,
    reaches: ['deploy', 'lease', 'commit-stage', 'read-inbox', 'read-values', 'commit-sum', 'forget-writers'],
    emissions: [{ sink: 'changes', store: counts }],
    options: { named: { letters: { partitions: 1 } } },
    before: ({ client }) => send(client, 'words', batches),
    victim: 'worker',
    expected: async () => [await memory().on(chain).run({ words: batches.flat() })],
  }
}

/** A store that minds the order of two sources, and a worker with two batches in hand: the second may be committed first. */
export function ordered(): Story {
  const left = source('left', { item: codec.string })
  const right = source('right', { item: codec.string })
  const texts = store('texts', {
    key: codec.string,
    sum: aggregation({ value: codec.string, semigroup: { concat: (a: string, b: string) => `${a} ${b}` } }),
  })
  const order = job(
    'ordered',
    left
      .merge(right)
      .map((id) => [Number(id.slice(1)) % 2 === 0 ? 'even' : 'odd', id] as const)
      .sumByKey(texts),
  )
  const inputs = { left: ['l1', 'l2', 'l3', 'l4'], right: ['r1', 'r2'] }
  return {
    job: order,
    reaches: ['deploy', 'lease', 'commit-stage', 'read-inbox', 'read-values', 'commit-sum', 'forget-writers'],
    options: { partitions: 1, concurrency: 2, room: { inbox: 10 }, limits: { handBack: 5 } },
    before: async ({ client }) => {
      await send(client, 'left', [inputs.left.slice(0, 2), inputs.left.slice(2)])
      await send(client, 'right', [inputs.right])
    },
    victim: 'worker',
    // How two sources mix is nobody's promise; the order within each is.
    shown: { texts: (text) => [...String(text).split(' ')].sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0)).join(' ') },
    expected: async () => [await memory().on(order).run(inputs)],
  }
}

/** All that goes wrong without anybody dying: bad records, throwing functions, services that fail at first; and event times, and a sink. */
export function troubled(): Story {
  const orders = source('orders', { item: codec.int, timestamp: (n) => n * 1000 })
  const names = service('names', { key: codec.string, value: codec.string })
  const named = store('named', { key: codec.string, sum })
  const perWindow = store('perWindow', { key: codec.tuple(codec.string, codec.int), sum: count })
  const out = sink('out', { item: codec.string })
  const failing = failsAtFirst()
  const good = orders.map((n) => {
    if (n === 13) throw new Error('unlucky')
    return n
  })
  const trouble = job(
    'troubled',
    good
      .keyBy((n) => (n % 2 === 0 ? 'even' : 'odd'))
      .leftJoin(names)
      .map(([, [n, name]]) => [option.getOrElse(() => 'nameless')(name), n] as const)
      .sumByKey(named),
    good
      .keyBy((n) => (n % 2 === 0 ? 'even' : 'odd'))
      .window(tumbling({ seconds: 10 }))
      .aggregateByKey(perWindow),
    good
      .mapAsync(async (n) => {
        failing('mapAsync')
        if (n === 7) throw new Error('never')
        return `order ${n}`
      })
      .write(out),
  )
  const batches = [
    ['1', 'x', '13'],
    ['7', '12'],
  ]
  const answers = new Map([['odd', 'strange']])
  return {
    job: trouble,
    reaches: ['deploy', 'lease', 'commit-stage', 'read-inbox', 'read-values', 'commit-sum', 'forget-writers', 'commit-sink'],
    options: { partitions: 1 },
    services: {
      names: (key: string) => {
        failing('service')
        return answers.get(key)
      },
    },
    sinks: { out: new Deliveries(() => failing('sink')) },
    before: async ({ client }) => {
      for (const [i, batch] of batches.entries()) await client.send('orders', encoded(batch), { writer: 'sender', sequence: i + 1 })
    },
    victim: 'worker',
    expected: async () => [
      await memory()
        .on(trouble)
        .run({ orders: encoded(batches.flat()), names: answers }),
    ],
  }
}

/** A batch that two workers have died of, as it seems: it is tried alone, bit by bit, and each step is written down first. */
export function suspected(): Story {
  const inputs = { words: ['apple', 'bread', 'cream'] }
  return {
    job: wordCount,
    reaches: ['commit-stage'],
    at: ['get a note', 'set a note', 'commit-stage'],
    before: async ({ client, die }) => {
      await send(client, 'words', [inputs.words])
      for (let deaths = 0; deaths < 2; deaths++) await die('commit-stage')
    },
    victim: 'worker',
    expected: async () => [await memory().on(wordCount).run(inputs)],
  }
}

function failsAtFirst() {
  const seen = new Set<string>()
  return (what: string) => {
    if (seen.has(what)) return
    seen.add(what)
    throw new Error(`${what} fails at first`)
  }
}
