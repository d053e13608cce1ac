import { some } from 'fp-ts/lib/Option.js'
import { codec, store, type TransactionalStore } from 'tanager'
import { sum } from 'tanager/algebra'
import { memoryTransactionalStore } from 'tanager/store'
import { describe, expect, it, test } from 'vitest'
import { transactionalStoreLaws } from '../../../../testing/laws/store/transactional-laws.ts'
import { OutsideStore } from '../../../platforms/bullmq/outside-store.ts'
import { failing } from './failing.ts'

const keys = ['a', 'b', 'c', 'd']
const values = [1, 2, 3]
type Outside = TransactionalStore<string, number>

const unfit = [['long', 1] as const, ['z', 99] as const]

const good = (): Outside =>
  memoryTransactionalStore(store('counts', { key: codec.string, sum }), {
    unfit: (key, value) => {
      if (key.length > 1) return 'longer than 1'
      return value._tag === 'Some' && value.value > 9 ? 'more than 9' : undefined
    },
  })

describe('the transactional store in memory', () => {
  for (const { name, check } of transactionalStoreLaws({ open: good, reopen: (store) => store, keys, values, unfit })) test(name, check)
})

describe('the store of the platform tests', () => {
  const open = () => {
    const outside = new OutsideStore<string, number>()
    outside.unfit = (key) => (key.length > 1 || key === 'z' ? 'unfit' : undefined)
    return outside
  }
  for (const { name, check } of transactionalStoreLaws({ open, keys, values, unfit })) test(name, check)
})

const broken: readonly (readonly [what: string, law: string, sentence: RegExp, change: (good: Outside) => Partial<Outside>])[] = [
  ['begins at 1', 'begins', /at\(\d+\) is \{position: 1, note: ""\}/, () => ({ at: async () => ({ position: 1, note: '' }) })],
  [
    'forgets the note',
    'commit',
    /at\(.\) after .* is .*note: "".*, not/,
    ({ at }) => ({ at: async (partition) => ({ ...(await at(partition)), note: '' }) }),
  ],
  [
    'keeps what was removed',
    'commit',
    /multiGet\(.*\) after .* is some\(\d\), not none/,
    ({ commit }) => ({ commit: (change) => commit({ ...change, removes: [] }) }),
  ],
  [
    'commits from anywhere',
    'fence',
    /commit from \d+, where the partition is at \d+, answers true/,
    ({ at, commit }) => ({ commit: async (change) => commit({ ...change, from: (await at(change.partition)).position }) }),
  ],
  [
    'commits again to where it is',
    'fence',
    /commit from \d+, where the partition is at \d+, answers true/,
    ({ at, commit }) => ({
      commit: async (change) => (await at(change.partition)).position === change.position || commit(change),
    }),
  ],
  [
    'refuses, and writes all the same',
    'fence',
    /after a commit from \d+ that was refused/,
    ({ at, commit }) => ({
      commit: async (change) => {
        const { position, note } = await at(change.partition)
        if (position === change.from) return commit(change)
        await commit({ ...change, from: position, position, note })
        return false
      },
    }),
  ],
  [
    'looks first and writes later',
    'at once',
    /of \d commits from position 0 at once, \d happened/,
    ({ at, commit }) => ({
      commit: async (change) => {
        const { position } = await at(change.partition)
        if (position !== change.from) return false
        await new Promise((resolve) => setImmediate(resolve))
        return commit({ ...change, from: (await at(change.partition)).position })
      },
    }),
  ],
  [
    'has one position for all',
    'partitions',
    /commit to partition \d+ from 0 was refused, after partition \d+ had moved/,
    ({ at, commit }) => ({ at: () => at(0), commit: (change) => commit({ ...change, partition: 0 }) }),
  ],
  [
    'leaves out what is not there',
    'multiGet',
    /answers to \d questions/,
    ({ multiGet }) => ({ multiGet: async (asked) => (await multiGet(asked)).filter(({ _tag }) => _tag === 'Some') }),
  ],
  [
    'lists entries twice',
    'entries',
    /entries\(\) has .*, where there is/,
    ({ entries }) => ({
      async *entries() {
        yield* entries()
        yield* entries()
      },
    }),
  ],
  [
    'takes what it cannot keep',
    'refuses',
    /commit of .* is not rejected with refused or encode: answers true/,
    ({ commit }) => ({ commit: (change) => commit({ ...change, puts: change.puts.filter(([key]) => keys.includes(key)) }) }),
  ],
  [
    'says of a refusal that it failed',
    'refuses',
    /is not rejected with refused or encode: the disk is full/,
    ({ commit }) => ({
      commit: (change) =>
        commit(change).catch(() => {
          throw new Error('the disk is full')
        }),
    }),
  ],
  [
    'keeps a part of what it refuses',
    'refuses',
    /after a commit of .* that was refused/,
    ({ commit }) => ({
      commit: async (change) => {
        const fit = change.puts.filter(([key]) => keys.includes(key))
        const done = await commit({ ...change, puts: fit })
        return fit.length === change.puts.length ? done : commit({ ...change, from: change.position })
      },
    }),
  ],
  ['cannot say what it refuses', 'refuses', /it has no method refuses/, () => ({ refuses: undefined }) as never],
  [
    'names one too few',
    'refuses',
    /answer \d of refuses\(.*\) is (true|false), not/,
    ({ refuses }) => ({ refuses: async (entries) => ((await refuses?.(entries)) ?? []).toReversed() }),
  ],
  [
    'names what it takes',
    'refuses',
    /answer \d of refuses\(.*\) is true, not false/,
    () => ({ refuses: async (entries) => entries.map(() => some('no')) }),
  ],
  [
    'lists nothing',
    'entries',
    /entries\(\) has no \[".", \d\], but \[\]/,
    () => ({
      async *entries() {
        yield* []
      },
    }),
  ],
]

describe('a transactional store is caught that', () => {
  it.each(broken)('%s', async (_what, law, sentence, change) => {
    const open = () => {
      const store = good()
      return { ...store, ...change(store) }
    }
    expect((await failing(transactionalStoreLaws({ open, keys, values, unfit, seed: 1 })))[law]).toMatch(sentence)
  })

  it('forgets when it is opened again', async () => {
    const found = await failing(transactionalStoreLaws({ open: good, reopen: good, keys, values, seed: 1 }))
    expect(Object.keys(found)).toEqual(['reopened'])
  })

  it('forgets where it was when it is opened again', async () => {
    const reopen = (store: Outside) => ({ ...store, at: async () => ({ position: 0, note: '' }) })
    const found = await failing(transactionalStoreLaws({ open: good, reopen, keys, values, seed: 1 }))
    expect(found.reopened).toMatch(/at\(.\) opened again is \{position: 0/)
  })
})
