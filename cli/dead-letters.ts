import type { DeadLetter } from '../core/engine/log.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client, FailedBatch } from '../platforms/bullmq/index.ts'
import { loadDeployable, withClient } from './deployment.ts'
import { Failure, usage } from './fault.ts'
import type { Loaded } from './module.ts'
import type { RedisOptions } from './options.ts'
import { note, output } from './output.ts'
import { type AskedTest, printAsTest } from './replay/as-test.ts'
import type { RunnerName } from './replay/runner.ts'
import { drawn, heading } from './results.ts'
import { table } from './table.ts'
import { counted, visible } from './text.ts'

export type Action = 'list' | 'show' | 'retry' | 'drop'

export interface DeadLetterOptions extends RedisOptions {
  readonly all?: boolean
  readonly json?: boolean
  readonly asTest?: boolean
  readonly runner?: RunnerName
}

const page = 500

export async function lookAfterDeadLetters(
  module: string,
  action: Action,
  id: string | undefined,
  options: DeadLetterOptions,
): Promise<void> {
  refuseNonsense(action, id, options)
  const loaded = await loadDeployable(module)
  await withClient(loaded, options, async (client, { plan }) => {
    const json = options.json ?? false
    switch (action) {
      case 'list':
        return list(client, json)
      case 'show':
        return options.asTest
          ? showAsTest(client, { loaded, plan, runner: options.runner }, id as string)
          : show(client, loaded, id as string, json)
      case 'retry':
        return retry(client, id, json)
      case 'drop':
        return drop(client, id, json)
    }
  })
}

function refuseNonsense(action: Action, id: string | undefined, { all = false, asTest = false, runner, json }: DeadLetterOptions): void {
  if (asTest && action !== 'show') throw usage('--as-test is for show', { remedy: `Did you mean show${id === undefined ? '' : ` ${id}`}?` })
  if (asTest && json) throw usage('--as-test prints a file of TypeScript, and --json asks for JSON')
  if (runner !== undefined && !asTest) throw usage('--runner is for --as-test', { value: runner })
  const drops = action === 'drop'
  if (all && !drops) throw usage(`--all is for drop${action === 'retry' ? '; retry without an ID retries all' : ''}`)
  if (all && id !== undefined) throw usage('drop takes an ID or --all, and both are given', { value: id })
  if (action === 'list' && id !== undefined) throw usage('list takes no ID', { value: id, remedy: `Did you mean show ${id}?` })
  if (action === 'show' && id === undefined) throw usage('show needs an ID', { remedy: 'list shows them.' })
  if (drops && id === undefined && !all) throw usage('drop needs an ID, or --all', { remedy: 'What is dropped is gone.' })
}

async function* letters(client: Client<AnySlot>): AsyncGenerator<readonly DeadLetter[], void> {
  for (let after: string | undefined; ; ) {
    const some = await client.deadLetters.list({ limit: page, ...(after === undefined ? {} : { after }) })
    if (some.length > 0) yield some
    after = some.at(-1)?.id
    if (some.length < page) return
  }
}

async function list(client: Client<AnySlot>, json: boolean): Promise<void> {
  let dead = 0
  for await (const some of letters(client)) {
    if (json) await output.lines(some.map(letterJson))
    else {
      if (dead === 0) await output.write(`${heading('dead letters', 'records that were refused')}\n`)
      const lines = drawn(table(letterColumns, some.map(letterCells), output.columns))
      // One head for all pages.
      await output.lines(dead === 0 ? lines : [...lines].slice(1))
    }
    dead += some.length
  }
  const { failed } = await client.status()
  if (json) return output.lines(failed.map(batchJson))
  if (failed.length > 0) {
    await output.write(`${dead > 0 ? '\n' : ''}${heading('failed batches', 'they wait to be retried')}\n`)
    await output.lines(drawn(table(batchColumns, failed.map(batchCells), output.columns)))
  }
  note(`${counted(dead, 'dead letter')}, ${counted(failed.length, 'failed batch', 'failed batches')}`)
}

const letterColumns = [{ head: 'id' }, { head: 'stream' }, { head: 'node' }, { head: 'error' }, { head: 'record' }]
const letterCells = ({ id, stream, node, error, record }: DeadLetter) => [id, stream, node, visible(error), visible(record)]
const batchColumns = [{ head: 'id' }, { head: 'attempts', right: true }, { head: 'error' }]
const batchCells = ({ id, attempts, error }: FailedBatch) => [id, String(attempts), visible(error)]

const timeOf = ({ at }: DeadLetter): string => new Date(at).toISOString()

function letterJson(letter: DeadLetter): string {
  const { id, stream, sequence, index, node, record, error } = letter
  return JSON.stringify({ deadLetter: { id, stream, sequence, index, node, record, error, at: timeOf(letter) } })
}

const batchJson = ({ id, attempts, error }: FailedBatch): string => JSON.stringify({ failedBatch: { id, attempts, error } })

async function show(client: Client<AnySlot>, loaded: Loaded, id: string, json: boolean): Promise<void> {
  const letter = await letterOf(client, id)
  if (letter !== undefined) {
    const { stream, sequence, index, node, error, record } = letter
    if (json) return output.lines([letterJson(letter)])
    return output.lines(
      facts({
        id,
        stream,
        batch: String(sequence),
        index: String(index),
        node,
        buried: timeOf(letter),
        error: visible(error),
        record: visible(record),
      }),
    )
  }
  const batch = await batchOf(client, id)
  if (json) return output.lines([batchJson(batch)])
  const call = replayCall(loaded, batch)
  await output.lines(facts({ batch: id, attempts: String(batch.attempts), error: visible(batch.error) }))
  if (call !== undefined) note(`Runs it here, and changes nothing: ${call}`)
}

async function showAsTest(client: Client<AnySlot>, asked: Omit<AskedTest, 'letter'>, id: string): Promise<void> {
  const letter = await letterOf(client, id)
  if (letter !== undefined) return printAsTest(client, { ...asked, letter })
  const call = replayCall(asked.loaded, await batchOf(client, id))
  const instead = call === undefined ? '' : `. This runs it here, and changes nothing: ${call}`
  throw new Failure(`${id} is a failed batch, and no one record of it is known to be at fault: it cannot be made a test${instead}`)
}

async function batchOf(client: Client<AnySlot>, id: string): Promise<FailedBatch> {
  const batch = (await client.status()).failed.find((each) => each.id === id)
  if (batch === undefined) throw unknown(id)
  return batch
}

/** How a batch is run in memory, if it can be. */
function replayCall({ name, job }: Loaded, { pointer }: FailedBatch): string | undefined {
  if (pointer.kind !== 'stage' || job.slots.get(pointer.stream)?.kind !== 'source') return undefined
  const { stream, sequence } = pointer
  return `tanager replay ${name} --stream ${stream} --from ${sequence} --to ${sequence}`
}

/** Dead letters are in the order of their ids, so the one after the id just before it is it, if it is there. */
async function letterOf(client: Client<AnySlot>, id: string): Promise<DeadLetter | undefined> {
  const [, time, number] = /^(\d{1,15})-(\d{1,15})$/.exec(id) ?? []
  if (time === undefined || number === undefined) return undefined
  const before = number === '0' ? `${Number(time) - 1}-18446744073709551615` : `${time}-${Number(number) - 1}`
  const [letter] = await client.deadLetters.list({ limit: 1, ...(Number(time) === 0 && number === '0' ? {} : { after: before }) })
  return letter?.id === id ? letter : undefined
}

function* facts(all: Readonly<Record<string, string>>): Generator<string, void> {
  const width = Math.max(...Object.keys(all).map((name) => name.length))
  for (const [name, value] of Object.entries(all)) yield `${output.paint.dim(name.padEnd(width))}  ${value}`
}

const unknown = (id: string) => new Failure(`no dead letter and no failed batch has the id ${visible(id)}`)

async function retry(client: Client<AnySlot>, id: string | undefined, json: boolean): Promise<void> {
  const { deadLetters } = client
  const retried = id === undefined || (await letterOf(client, id)) !== undefined ? await deadLetters.retry(id) : 0
  const batches = id === undefined || retried === 0 ? await deadLetters.retryFailed(id) : 0
  if (id !== undefined && retried + batches === 0) throw unknown(id)
  const text = `${counted(retried, 'dead letter')} sent back, ${counted(batches, 'failed batch', 'failed batches')} to run again`
  await output.write(`${json ? JSON.stringify({ retried, batches }) : text}\n`)
}

async function drop(client: Client<AnySlot>, id: string | undefined, json: boolean): Promise<void> {
  if (id !== undefined && (await letterOf(client, id)) === undefined) {
    if (!(await client.status()).failed.some((each) => each.id === id)) throw unknown(id)
    throw new Failure(`${id} is a failed batch, whose records are still to be counted: it can be retried, not dropped`)
  }
  const dropped = await client.deadLetters.drop(id)
  await output.write(`${json ? JSON.stringify({ dropped }) : `${counted(dropped, 'dead letter')} dropped`}\n`)
}
