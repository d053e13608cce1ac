import { type Columns, deltaOf } from '../../core/engine/delta.ts'
import { unframe } from '../../core/engine/frame.ts'
import type { StageCommit, SumCommit } from '../../core/engine/log.ts'
import { messageOf } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import type { AnyStore } from '../../core/plan/plan.ts'
import type { Happening } from '../../platforms/simulation/index.ts'
import { told } from '../compare/outcome.ts'
import { clipped, shown } from '../compare/shown.ts'
import type { Counterexample } from './case.ts'

const mostSteps = 40
const longestLine = 200
const longestKey = 40

/** A finding as a person would tell it: what differs, of which records, and what happened, a line a step. */
export function storyOf(job: Job, finding: Counterexample): readonly string[] {
  const { case: of, differences, failed, happenings } = finding
  const { workers, partitions } = of.settings
  const steps = happenings.flatMap((happening) => lineOf(job, happening) ?? [])
  return [
    ...told(differences),
    ...failed.map((error) => `a batch could not be run, and was given up: ${error}`),
    'with these records:',
    ...[...of.records].flatMap(([source, texts]) => (texts.length === 0 ? [] : [`  ${source}: ${recordsText(job, source, texts)}`])),
    `when this happens (${counted(workers ?? 0, 'worker')}, ${counted(partitions ?? 0, 'partition')} a store):`,
    ...cut(steps).map((line) => `  ${line}`),
  ].map((line) => shortened(line, longestLine))
}

export const shortened = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text)

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostSteps) return lines
  const half = mostSteps / 2
  return [...lines.slice(0, half), `… ${lines.length - mostSteps} more steps …`, ...lines.slice(-half)]
}

/** Records of a source or a sink as a person would write them down, as far as they can be read. */
function recordsText(job: Job, name: string, texts: readonly string[]): string {
  const slot = job.slots.get(name)
  const records = texts.map((text) => {
    if (slot === undefined || !('item' in slot)) return JSON.stringify(text)
    try {
      return shown(slot.item.decode(text))
    } catch {
      return `${JSON.stringify(text)}, which cannot be read`
    }
  })
  return clipped(records.join(', '))
}

/** Nothing for a step that changes nothing and tells nothing. */
function lineOf(job: Job, happening: Happening): string | undefined {
  const { who } = happening
  switch (happening.kind) {
    case 'sends':
      return `${who} sends batch ${happening.batch}: ${recordsText(job, who.replace('client of ', ''), happening.records)}`
    case 'loses':
      return `the scheduler loses ${workText(happening.work)}`
    case 'takes':
      return happening.twice ? `the scheduler gives out ${workText(happening.work)} twice` : undefined
    case 'begins':
      return `${who} begins ${workText(happening.work)}${happening.attempt > 1 ? `, attempt ${happening.attempt}` : ''}`
    case 'dies':
      return `${who} dies waiting for ${verbText(happening.request.verb)}, which ${happening.lost ? 'does not happen' : 'happens all the same'}`
    case 'is held up':
      return `${who} stands still before ${verbText(happening.request.verb)}, and its work is given to another as well`
    case 'fails':
      return `${who} fails at ${workText(happening.work)}${happening.last ? ' for good' : ''}: ${messageOf(happening.error)}`
    case 'asks':
      return askedText(job, who, happening)
    case 'puts off':
      return `${who} puts ${workText(happening.work)} off: there is no room`
    case 'has done':
      return undefined
    case 'tells':
      return undefined
    case 'is ended':
    case 'is started':
      return `${who} ${happening.kind}`
  }
}

function askedText(job: Job, who: string, { request, reply, orphan }: Extract<Happening, { kind: 'asks' }>): string | undefined {
  const [first] = request.args
  if ('error' in reply) return `${who} asks ${verbText(request.verb)}: ${messageOf(reply.error)}`
  const status = (reply.answer as { readonly status?: string } | undefined)?.status
  const unheard = orphan ? ', though it is dead' : ''
  switch (request.verb) {
    case 'commitStage': {
      const { stream, sequence, deltas, writes, deadLetters } = first as StageCommit
      if (status !== 'committed') return `${who} comes too late with batch ${sequence} of ${stream}: ${status}${unheard}`
      const effects = [
        ...deltas.map(({ store, payload }) => `${store} is to get ${pairsText(job, store, deltaOf(payload))}`),
        ...writes.map(({ sink, payload }) => `${sink} is to get ${recordsText(job, sink, unframe(payload))}`),
        ...deadLetters.map(({ node, record, error }) => `${node} refuses ${record}: ${error}`),
      ]
      return listing(`${who} commits batch ${sequence} of ${stream}${unheard}`, effects)
    }
    case 'commitSum': {
      const { store, puts, removes, deadLetters } = first as SumCommit
      if (status !== 'committed') return `${who} comes too late with its merge of ${store}: ${status}${unheard}`
      const effects = [
        ...puts.map(([key, value]) => `${keyText(job, store, key)} is ${valueText(job, store, value)}`),
        ...removes.map((key) => `${keyText(job, store, key)} is gone`),
        ...deadLetters.map(({ record, error }) => `it refuses ${record}: ${error}`),
      ]
      return listing(`${who} merges into ${store}${unheard}`, effects)
    }
    default:
      return undefined
  }
}

const listing = (what: string, effects: readonly string[]) => (effects.length === 0 ? what : `${what}: ${clipped(effects.join('; '))}`)

function workText(work: string): string {
  const [kind, name, number] = work.split(' ')
  switch (kind) {
    case 'stage':
      return `batch ${number} of ${name}`
    case 'sum':
      return `the merge of ${name}`
    default:
      return `the delivery of batch ${number} to ${name}`
  }
}

const verbs: Readonly<Record<string, string>> = {
  append: 'its batch to be accepted',
  read: 'its batch',
  commitStage: 'the commit of its batch',
  readInbox: 'what is to be merged',
  readValues: 'the values before',
  readValuesAt: 'the values before',
  commitSum: 'the commit of its merge',
  commitSink: 'the mark of its delivery',
  pending: 'the list of what is not done',
}

const verbText = (verb: string): string => verbs[verb] ?? verb

const pairsText = (job: Job, store: string, { keys, values }: Columns): string =>
  keys.map((key, i) => `${keyText(job, store, key)}: ${deltaText(job, store, values[i])}`).join(', ')

const storeOf = (job: Job, name: string): AnyStore | undefined => {
  const slot = job.slots.get(name)
  return slot?.kind === 'store' ? (slot as AnyStore) : undefined
}

/** Short, so that what it stands for is seen too. */
const keyText = (job: Job, store: string, text: string): string =>
  shortened(
    readable(() => storeOf(job, store)?.key.decode(text), text),
    longestKey,
  )

const deltaText = (job: Job, store: string, json: unknown): string =>
  readable(() => storeOf(job, store)?.sum.codec.fromJson(json as never), json)

const valueText = (job: Job, store: string, stored: unknown): string =>
  readable(() => {
    const sum = storeOf(job, store)?.sum
    return sum?.codec.binary === undefined ? sum?.codec.decode(stored as string) : sum.present(sum.codec.binary.fromBytes(stored as never))
  }, stored)

function readable(read: () => unknown, otherwise: unknown): string {
  try {
    return shown(read())
  } catch {
    return shown(otherwise)
  }
}
