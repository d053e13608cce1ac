import { relative, sep } from 'node:path'
import type { Json } from '../../core/codec/codec.ts'
import type { DeadLetter } from '../../core/engine/log.ts'
import type { Loaded } from '../module.ts'
import { byCodePoint } from '../order.ts'
import { comment, literal } from './literal.ts'
import type { Runner } from './runner.ts'

/** What all tests of a dead letter are made of. */
export interface Setting {
  readonly letter: DeadLetter
  readonly loaded: Pick<Loaded, 'path' | 'job' | 'deployment'>
  /** Where the file is going to be. */
  readonly folder: string
  readonly runner: Runner
  /** Whether what refused it may have had other records in hand as well. */
  readonly together: boolean
}

/** A test that runs a record of a source, in memory, and fails as long as the job refuses it. */
export function recordTest(setting: Setting): string {
  const { letter, loaded, runner } = setting
  const inputs = [...loaded.job.slots.values()].flatMap((slot) => {
    const name = quotedName(slot.name)
    if (slot.kind === 'service') return serviceLines(loaded, slot.name)
    if (slot.kind !== 'source') return []
    return [slot.name === letter.stream ? `${name}: encoded([record]),` : `${name}: [],`]
  })
  return text([
    ...head(setting, `a record of the source ${letter.stream}`),
    ...imports(setting, ["import { encoded } from 'tanager'", "import { memory } from 'tanager/memory'", ...runner.checkingImports]),
    '',
    '// As it was written, and still to be read.',
    `const record = ${literal(letter.record)}`,
    '',
    `test('${jobName(loaded)}: the record of dead letter ${letter.id} is taken', async () => {`,
    `  const { deadLetters } = await memory().on(${subject(loaded)}).run({`,
    ...inputs.map((line) => `    ${line}`),
    '  })',
    `  ${runner.mustBeEmpty('deadLetters.map(({ node, error }) => [node, error])')}`,
    '})',
  ])
}

/** A change that a store could not take. */
export interface RefusedDelta {
  readonly key: string
  readonly delta: Json
  /** What the store holds under the key by now; `undefined` if nothing. */
  readonly before: Json | undefined
}

/** A test that merges what a store's aggregation refused, and throws as long as it does. */
export function mergeTest(setting: Setting, { key, delta, before }: RefusedDelta): string {
  const { letter, loaded, runner } = setting
  const parsed = (json: Json) => `JSON.parse(${literal(JSON.stringify(json))})`
  const some = before !== undefined
  return text([
    ...head(setting, `a sum that the store ${letter.stream} could not add, under the key ${comment(key)}`),
    ...imports(setting, runner.imports),
    '',
    `// As the store writes them. What was there before is what is there now: ${some ? 'it may have changed since' : 'nothing'}.`,
    ...(some ? [`const before = ${parsed(before)}`] : []),
    `const delta = ${parsed(delta)}`,
    '',
    `test('${jobName(loaded)}: the sum of dead letter ${letter.id} is added', () => {`,
    `  const slot = ${subject(loaded)}.slots.get('${letter.stream}')`,
    `  if (slot?.kind !== 'store') throw new Error('the job has no store ${letter.stream} any more')`,
    `  const { codec, ${some ? 'semigroup, ' : ''}isEmpty } = slot.sum`,
    `  const total = ${some ? 'semigroup.concat(codec.fromJson(before), codec.fromJson(delta))' : 'codec.fromJson(delta)'}`,
    '  const write = codec.binary === undefined ? codec.encode : codec.binary.toBytes',
    '  // A total that is empty is not kept.',
    '  if (!isEmpty?.(total)) write(total)',
    '})',
  ])
}

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`

function head({ letter, loaded, together }: Setting, what: string): readonly string[] {
  const at = new Date(letter.at).toISOString()
  return [
    `// Dead letter ${letter.id} of the job ${jobName(loaded)}: ${what}.`,
    `// Refused by ${comment(letter.node)} on ${at}: ${comment(letter.error.slice(0, mostOfError))}`,
    ...(together ? ['// A sum refused it: if it was only together with records before it in its batch, this one alone is taken.'] : []),
    '// Keep it in the folder it was made in: what it imports is named from there.',
  ]
}

/** The whole of it is what the test says when it fails. */
const mostOfError = 300

/** Import lines in the order of what they name, the module last: by the way there, as an address, of which some characters mean more. */
function imports({ loaded, folder }: Setting, lines: readonly string[]): readonly string[] {
  const path = relative(folder, loaded.path).replaceAll(sep, '/').replaceAll(/[%?#]/g, encodeURIComponent)
  const from = literal(path.startsWith('../') ? path : `./${path}`)
  const named = (line: string) => line.slice(line.indexOf("'"))
  return [
    ...lines.toSorted((a, b) => byCodePoint(named(a), named(b))),
    `import ${loaded.deployment === undefined ? 'job' : 'deployment'} from ${from}`,
  ]
}

const subject = ({ deployment }: Pick<Loaded, 'deployment'>): string => (deployment === undefined ? 'job' : 'deployment.job')

/** Names of jobs, as of slots, hold nothing that would have to be escaped. */
const jobName = ({ job }: Pick<Loaded, 'job'>): string => job.name

/** What is bound to a map, or to a function, answers in a test as well; what is more than that is likely to be far away. */
function serviceLines({ deployment }: Pick<Loaded, 'deployment'>, name: string): readonly string[] {
  const bound = (deployment?.bindings as Readonly<Record<string, unknown>> | undefined)?.[name]
  if (typeof bound === 'function' || bound instanceof Map) {
    const own = plain.test(name) ? `deployment.bindings.${name}` : `deployment.bindings['${name}']`
    return ["// The deployment's own.", `${quotedName(name)}: ${own},`]
  }
  return [
    '// Answers nothing: what the record asks for has to be put in, for the outcome to be as it was.',
    `${quotedName(name)}: new Map(),`,
  ]
}

const plain = /^[A-Za-z]\w*$/

/** The name of a slot as that of a field. */
const quotedName = (name: string): string => (plain.test(name) ? name : `'${name}'`)
