import { formatOf } from '../codec/codec.ts'
import { labelOf } from './label.ts'
import type { Plan, StagePlan, Step, StorePlan, StreamPlan } from './plan.ts'

/**
 * The whole plan as text, the same for the same job every time: tests may assert it, deploys may compare it.
 *
 * A stage is a tree that is read downwards: `→` leads to the next step, `├→` and `└→` to several. A step that more than
 * one leads to is spelled out where it is first met; `merge ↑` points back up to it.
 *
 * ```text
 * job beacon-counts
 *
 * stage beacons reads source beacons: string
 *   beacons
 *   ├→ write(raw)
 *   └→ map
 *      → sumByKey(clicks)
 *
 * store clicks: string → int, by sum
 *   commutative: merged in any order
 *   fed by stage beacons
 *   passes nothing on
 *
 * sink raw: string
 *   written by stage beacons
 * ```
 */
export function describe(plan: Plan): string {
  const { streams, stages, stores, sinks, services } = plan
  const stagesWith = (named: (stage: StagePlan) => readonly string[], name: string) =>
    stageNames(stages.filter((stage) => named(stage).includes(name)).map(({ stream }) => stream))
  const sections = [
    [`job ${plan.job}`],
    ...stages.map((stage, i) => [head(streams[i] as StreamPlan), ...tree(stage.steps)]),
    ...stores.map(storeLines),
    ...sinks.map(({ name, item }) => [`sink ${name}: ${formatOf(item)}`, `written by ${stagesWith((stage) => stage.sinks, name)}`]),
    ...services.map(({ name, key, value }) => [
      `service ${name}: ${formatOf(key)} → ${formatOf(value)}`,
      `asked by ${stagesWith((stage) => stage.services, name)}`,
    ]),
  ]
  return sections.map(([title, ...lines]) => [title, ...lines.map((line) => `  ${line}`)].join('\n')).join('\n\n')
}

function head({ name, from, item, timestamp }: StreamPlan): string {
  const stream = from === 'source' ? `source ${name}` : `changes of store ${name}`
  return `stage ${name} reads ${stream}: ${formatOf(item)}${timestamp === undefined ? '' : ', with event time'}`
}

function storeLines({ slot: { name, key, sum }, ordered, emit, emits, fedBy }: StorePlan): readonly string[] {
  const changes = emit === 'every' ? 'a change for every element' : 'merged changes'
  return [
    `store ${name}: ${formatOf(key)} → ${formatOf(sum.codec)}, by ${sum.id}`,
    ordered ? 'not commutative: the records of each source are merged in the order they were sent' : 'commutative: merged in any order',
    `fed by ${stageNames(fedBy)}`,
    emits
      ? `passes on ${changes}, to stage ${name}`
      : emit === 'every'
        ? `would pass on ${changes}, but nothing reads them`
        : 'passes nothing on',
  ]
}

const stageNames = (names: readonly string[]) => `${names.length === 1 ? 'stage' : 'stages'} ${names.join(', ')}`

/** What is still to be drawn: a step, and what stands to its left. */
interface Branch {
  readonly at: number
  readonly margin: string
  readonly arrow: string
  /** What its own readers have to their left. */
  readonly below: string
  readonly times: number
}

function tree(steps: readonly Step[]): readonly string[] {
  const lines: string[] = []
  const shown = new Set<number>()
  // A stack instead of recursion: a stage may be thousands of steps deep.
  const stack: Branch[] = [{ at: 0, margin: '', arrow: '', below: '', times: 1 }]
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    const { at, margin, arrow, below, times } = branch
    const step = steps[at] as Step
    const again = shown.has(at)
    shown.add(at)
    lines.push(`${margin}${arrow}${labelOf(step)}${times === 1 ? '' : ` ×${times}`}${again ? ' ↑' : ''}`)
    if (again) continue
    const readers = [...new Set(step.readers)]
    const branches = readers.map((reader, i): Branch => {
      const shape = readers.length === 1 ? chain : i === readers.length - 1 ? lastTwig : twig
      const count = step.readers.filter((other) => other === reader).length
      return { at: reader, margin: below, arrow: shape.arrow, below: below + shape.indent, times: count }
    })
    stack.push(...branches.reverse())
  }
  return lines
}

const chain = { arrow: '→ ', indent: '' }
const twig = { arrow: '├→ ', indent: '│  ' }
const lastTwig = { arrow: '└→ ', indent: '   ' }
