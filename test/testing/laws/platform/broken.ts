import type { Job } from '../../../../core/job.ts'
import { memory } from '../../../../platforms/memory/index.ts'
import type { Inputs, Outcome, TestPlatform } from '../../../../testing/platform/platform.ts'

interface Broken {
  readonly name: string
  /** What is done to the inputs before the run. */
  readonly before?: (inputs: Inputs, job: Job) => Inputs
  /** What is done to the outcome after it. */
  readonly after?: (outcome: Outcome, job: Job) => Outcome
}

const inMemory = async (job: Job, inputs: Inputs, seed: number): Promise<Outcome> =>
  memory({ batchSize: 1 + (seed % 30) })
    .on(job)
    .run(inputs as never)

/** Memory, with something wrong. */
export const broken = ({ name, before = (inputs) => inputs, after = (outcome) => outcome }: Broken): TestPlatform => ({
  name,
  run: async (job, inputs, seed) => after(await inMemory(job, before(inputs, job), seed), job),
})

export const sound = broken({ name: 'memory' })

const slotsOf = (job: Job, kind: 'source' | 'sink' | 'store') =>
  [...job.slots.values()].filter((slot) => slot.kind === kind).map(({ name }) => name)

/** Each source's records, changed. */
const records =
  (change: (records: readonly unknown[]) => readonly unknown[]): NonNullable<Broken['before']> =>
  (inputs, job) => ({
    ...inputs,
    ...Object.fromEntries(slotsOf(job, 'source').map((name) => [name, change(inputs[name] as readonly unknown[])])),
  })

/** Each sink's items, changed. */
const items =
  (change: (items: readonly unknown[]) => readonly unknown[]): NonNullable<Broken['after']> =>
  (outcome) => ({ ...outcome, sinks: Object.fromEntries(Object.entries(outcome.sinks).map(([name, all]) => [name, change(all)])) })

/** Each store's cells, changed. */
const cells =
  (change: (cells: readonly (readonly [unknown, unknown])[]) => readonly (readonly [unknown, unknown])[]): NonNullable<Broken['after']> =>
  (outcome) => ({
    ...outcome,
    stores: Object.fromEntries(Object.entries(outcome.stores).map(([name, store]) => [name, new Map(change([...store]))])),
  })

const isChange = (item: unknown): item is readonly [unknown, { before: { _tag: string }; delta: unknown }] =>
  Array.isArray(item) && typeof item[1] === 'object' && item[1] !== null && 'before' in item[1] && 'delta' in item[1]

/** What may be wrong with a platform, and the law that says so. */
export const faults: readonly (Broken & { readonly law: string; readonly says: RegExp })[] = [
  {
    name: 'drops the third record',
    law: 'once law',
    says: /store each, key "?(first|second) \d+"?: it has nothing, and should have 1/,
    before: records((all) => all.filter((_, i) => i !== 2)),
  },
  {
    name: 'counts the third record twice',
    law: 'once law',
    says: /store each, key "?(first|second) \d+"?: it has 2, and should have 1/,
    before: records((all) => all.flatMap((each, i) => (i === 2 ? [each, each] : [each]))),
  },
  {
    name: 'tells a sink twice',
    law: 'once law',
    says: /sink seen: .* is there twice, and should be there once|sink seen: .* is there 2 times, and should be there once/,
    after: items((all) => [...all, ...all.slice(0, 1)]),
  },
  {
    name: 'hands over its last records first',
    law: 'order law',
    says: /source (first|second), key ".*": the store text has seen \[.*\], sent was \[.*\]/,
    before: records((all) => [...all].reverse()),
  },
  {
    name: 'loses a dead letter',
    law: 'nothing vanishes',
    says: /of \d+ records \d+ are counted, and \d+ are dead letters/,
    after: (outcome) => ({ ...outcome, deadLetters: outcome.deadLetters.slice(1) }),
  },
  {
    name: 'calls each step that refuses a record step1',
    law: 'nothing vanishes',
    says: /refused records: .*check-first.* is there not at all, and should be there once|refused records: .* step1 /,
    after: (outcome) => ({ ...outcome, deadLetters: outcome.deadLetters.map((letter) => ({ ...letter, node: 'step1' })) }),
  },
  {
    name: 'tells of each change as if it were the first',
    law: 'emission law',
    says: /the changes of .* are no path|the changes of .* lead to/,
    after: items((all) => all.map((item) => (isChange(item) ? [item[0], { ...item[1], before: { _tag: 'None' } }] : item))),
  },
  {
    name: 'loses a change',
    law: 'emission law',
    says: /the changes of .* are no path|the changes of .* lead to/,
    after: items((all) => (all.some(isChange) ? all.slice(0, -1) : all)),
  },
  {
    name: 'forgets a key',
    law: 'platform law',
    says: /store \w+, key .*: it has nothing, and should have/,
    after: cells((all) => all.slice(1)),
  },
  {
    name: 'keeps what is gone',
    law: 'platform law',
    says: /store \w+, key .*: it has .*, and should have nothing/,
    after: (outcome, job) => ({
      ...outcome,
      stores: Object.fromEntries(
        Object.entries(outcome.stores).map(([name, store]) => {
          const slot = job.slots.get(name)
          return [name, slot?.kind === 'store' && slot.key.id === 'string' ? new Map([...store, ['ghost', 7]]) : store]
        }),
      ),
    }),
  },
  {
    name: 'keeps the last digit to itself',
    law: 'platform law',
    says: /store \w+, key .*: it has \d+, and should have \d+/,
    after: cells((all) => all.map(([key, value]) => [key, typeof value === 'number' && value > 9 ? Math.floor(value / 10) * 10 : value])),
  },
  {
    name: 'takes a nap',
    law: 'platform law',
    says: /the run failed: not today/,
    after: () => {
      throw new Error('not today')
    },
  },
]
