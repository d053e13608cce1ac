import type { Json } from '../../core/codec/codec.ts'
import type { DeadLetter } from '../../core/engine/log.ts'
import type { Plan } from '../../core/plan/plan.ts'
import { mergeNode } from '../../core/run/result.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import type { Client } from '../../platforms/bullmq/index.ts'
import { Failure } from '../fault.ts'
import type { Loaded } from '../module.ts'
import { note, output } from '../output.ts'
import { visible } from '../text.ts'
import { type RunnerName, runnerAt, runners } from './runner.ts'
import { mergeTest, type RefusedDelta, recordTest, type Setting } from './test-file.ts'

/** What is to be made a test, and for whom. */
export interface AskedTest {
  readonly loaded: Loaded
  readonly plan: Plan
  readonly letter: DeadLetter
  readonly runner: RunnerName | undefined
}

/** Prints a test that fails as the dead letter did, for the folder the command is called in. */
export async function printAsTest(client: Client<AnySlot>, { loaded, plan, letter, runner: asked }: AskedTest): Promise<void> {
  const folder = process.cwd()
  const runner = runners[asked ?? runnerAt(folder)]
  await output.write(await testOf(client, { letter, loaded, folder, runner, together: isOfSum(plan, letter) }))
  const file = `${letter.stream}-${letter.id}.test.ts`
  note(`Keep it in this folder: … > ${file}. Then: ${runner.call(file)}`)
}

/** Whether the step that refused a record adds up records of its batch. */
function isOfSum({ stages }: Plan, { stream, node }: DeadLetter): boolean {
  const stage = stages.find((each) => each.stream === stream)
  return stage?.steps.some((step) => step.id === node && step.node.kind === 'sum') ?? false
}

async function testOf(client: Client<AnySlot>, setting: Setting): Promise<string> {
  const { letter, loaded } = setting
  const slot = loaded.job.slots.get(letter.stream)
  switch (slot?.kind) {
    case 'source':
      return recordTest(setting)
    case 'store':
      if (letter.node !== mergeNode) throw noTestOfChange(letter)
      return mergeTest(setting, await refusedDelta(client, letter))
    default:
      throw new Failure(`the dead letter ${letter.id} is of ${visible(letter.stream)}, which job ${loaded.job.name} does not read any more`)
  }
}

async function refusedDelta(client: Client<AnySlot>, { id, stream, record }: DeadLetter): Promise<RefusedDelta> {
  const [key, delta] = fieldsOf(record)
  if (typeof key !== 'string' || delta === undefined)
    throw new Failure(`the dead letter ${id} is none of ours: its record is no key with what to add`)
  return { key, delta, before: await client.log.total(stream, key) }
}

/** Changes come of sums alone: no input makes the memory platform have a certain one. */
function noTestOfChange({ id, stream, node, record }: DeadLetter): Failure {
  const [key, delta, before] = fieldsOf(record)
  const from = before === undefined ? 'from nothing' : `on top of ${JSON.stringify(before)}`
  const change = delta === undefined ? '' : `: under the key ${JSON.stringify(key)}, ${JSON.stringify(delta)} ${from}`
  return new Failure(
    `the dead letter ${id} is no record of a source but a change of the store ${stream}${visible(change)}. ` +
      `A change comes of a sum, and cannot be given to a test by itself: ` +
      `write one whose records make the store change so, or call what stands at ${visible(node)} with that change`,
  )
}

function fieldsOf(record: string): readonly Json[] {
  try {
    const json = JSON.parse(record) as Json
    return Array.isArray(json) ? json : []
  } catch {
    return []
  }
}
