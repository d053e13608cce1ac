import { checkBindings, ownOf } from '../../core/contract/check.ts'
import { encoded, isEncoded, textsOf } from '../../core/contract/encoded.ts'
import { TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import { copyOf } from '../compare/copy.ts'
import type { Inputs } from './platform.ts'

/**
 * What the types say, for callers without types: every source and service is bound, and nothing else but what stores held
 * before. Not sinks: what is written to them is looked at, and goes nowhere.
 *
 * @throws TanagerError `missing-binding`, `unknown-slot`, `invalid-binding`
 */
export function checkInputs(job: Job, inputs: Inputs): Inputs {
  const own = ownOf(inputs)
  checkBindings(job, own, ['source', 'service'])
  for (const { kind, name } of job.slots.values()) {
    if (kind !== 'sink' || own[name] === undefined) continue
    throw new TanagerError('invalid-binding', `the sink ${name} is bound, and a test looks at what is written to it instead`, {
      remedy: `Leave ${name} out of the inputs.`,
    })
  }
  return own
}

/**
 * The same inputs with the records of each source read once, as an array: so that they can be given to many.
 *
 * @throws TanagerError `invalid-binding` for what holds no records
 */
export async function readOnce(job: Job, inputs: Inputs): Promise<Inputs> {
  const read = await Promise.all(sourcesOf(job).map(async (name) => [name, await recordsOf(name, inputs[name])] as const))
  return Object.assign(ownOf(inputs), Object.fromEntries(read))
}

async function recordsOf(source: string, input: unknown): Promise<unknown> {
  if (isEncoded(input)) return encoded((await listOf(textsOf(input, mostTogether))).flat())
  if (typeof input === 'object' && input !== null && (Symbol.asyncIterator in input || Symbol.iterator in input)) {
    return listOf(input as AsyncIterable<unknown>)
  }
  // A string is iterable, letter by letter; nobody who binds one means that.
  throw new TanagerError('invalid-binding', `the source ${source} is bound to something that holds no records`, {
    value: input,
    allowed: 'an array or another iterable of records',
  })
}

export async function listOf<A>(items: AsyncIterable<A> | Iterable<A>): Promise<readonly A[]> {
  const list: A[] = []
  for await (const item of items) list.push(item)
  return list
}

const mostTogether = 1000

/** The same inputs anew, for a job that writes to the records or totals it is given: the next platform must not see that. */
export function copiedInputs(job: Job, inputs: Inputs): Inputs {
  const copies = [...job.slots.values()]
    .filter(({ kind, name }) => (kind === 'source' || kind === 'store') && inputs[name] !== undefined)
    .map(({ name }) => [name, isEncoded(inputs[name]) ? inputs[name] : copyOf(inputs[name])] as const)
  return Object.assign(ownOf(inputs), Object.fromEntries(copies))
}

/** How many records the largest source has, where that can be told. */
export function mostRecords(job: Job, inputs: Inputs): number {
  return Math.max(0, ...sourcesOf(job).map((name) => lengthOf(inputs[name])))
}

function lengthOf(input: unknown): number {
  const records = isEncoded(input) ? input.texts : input
  return Array.isArray(records) ? records.length : 0
}

export const sourcesOf = (job: Job): readonly string[] =>
  [...job.slots.values()].flatMap(({ kind, name }) => (kind === 'source' ? [name] : []))
