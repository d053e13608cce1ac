import { describe, expect, test } from 'vitest'
import { inside } from './inside.ts'
import { type Ended, fixture, folder, tanager } from './tanager.ts'

const words = fixture('words.ts')
const commands = ['run', 'worker', 'send', 'query', 'status', 'graph', 'check', 'dead-letters', 'replay', 'doctor', 'reset']

/** Nothing on stdout, exit code 2, the sentence, an example, and no word of how we are made. */
function mustBeRefusal({ code, stdout, stderr }: Ended, sentences: readonly (string | RegExp)[]): void {
  for (const sentence of sentences) expect(stderr).toMatch(sentence)
  expect(stderr).toMatch(/^error: .*\n(.*\n)*\n {2}tanager .*\n\ntanager .*--help tells more\.\n$/)
  expect(stderr).not.toMatch(/^ +at /m)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
}

/** A call, and what it is told. */
type Wrong = readonly [args: readonly string[], sentences: readonly (string | RegExp)[]]

describe('a call', () => {
  test('help lists the commands there are, and no others', async () => {
    const { code, stdout, stderr } = await inside(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect([...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, name]) => name)).toEqual(commands)
  })

  test.each(commands)('help has examples of %s', async (name) => {
    const { code, stdout } = await inside([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage: tanager ${name} [options] `)
    expect(stdout).toMatch(new RegExp(`\nExamples:\n {2}tanager ${name} `))
    expect(stdout).not.toContain('rehearsal')
  })

  test.each<Wrong>([
    [[], ['a command is missing; allowed: run, worker, send']],
    [['qurey'], ["unknown command 'qurey'", 'Did you mean query?']],
    [['run'], ["missing required argument 'module'", 'tanager run jobs/word-count/job.ts --source lines=book.txt']],
    [
      ['run', words, '--sorce', 'lines=a'],
      ["unknown option '--sorce'", 'Did you mean --source?'],
    ],
    [['run', words, '--workers', '2'], ['--workers is for --platform bullmq']],
    [['run', words, '--platform', 'bullmq', '--workers', '0'], ['It must be a whole number from 1']],
    [['run', words, '--platform', 'storm'], ['Allowed choices are memory, bullmq']],
    [
      ['query', words, 'words', '--redis', 'http://u:secret@h'],
      [/^(?!.*secret)error: --redis is given no address of a Redis; allowed: redis:/],
    ],
    [['status', words, '--prefix', 'a{b}'], ['a prefix needs a name; got "a{b}"; allowed: 1 to 100 of']],
    [['graph', words, '--format', 'svg'], ['Allowed choices are text, mermaid, dot']],
    [['dead-letters', words, 'lst'], ['Allowed choices are list, show, retry, drop']],
    [['dead-letters', words, 'drop'], ['drop needs an ID, or --all']],
    [['dead-letters', words, 'show'], ['show needs an ID. list shows them']],
    [['dead-letters', words, 'retry', '--all'], ['retry without an ID retries all']],
    [['worker', words, '--grace', 'soon'], ['It must be a number of seconds']],
    [['graph', 'test/cli/fixtures/nothing.ts'], ['there is no module test/cli/fixtures/nothing.ts (looked for /']],
    [['graph', 'test/cli/fixtures/words'], ['Did you mean test/cli/fixtures/words.ts?']],
    [
      ['graph', 'jobs/word-count'],
      ['jobs/word-count is no module', 'jobs/word-count/job.ts'],
    ],
    [['graph', 'CHANGELOG.md'], ['CHANGELOG.md is no module; allowed: a .ts, .js or .mjs file']],
  ])('tanager %j is refused', async (args, sentences) => {
    mustBeRefusal(await inside(args), sentences)
  })

  test.each<Wrong>([
    [['run', words], ['the source lines has no file. Give it one: --source lines=FILE']],
    [['run', words, '--source', 'lines'], ['got "lines"; allowed: NAME=FILE']],
    [['run', words, '--source', 'words=a.txt'], ['job words has no source words; allowed: lines']],
    [['run', words, '--source', 'lines=no-such-file'], ['there is no file no-such-file for the source lines']],
    [['run', words, '--source', 'lines=test'], ['is a folder']],
    [['run', words, '--source', 'lines=-', '--source', 'lines=-'], ['stdin can be read once']],
    [['send', words, 'words', '-'], ['job words has no source words; allowed: lines']],
    [['query', words, 'lines'], ['job words has no store lines; allowed: words']],
    [['query', words, 'words', 'a', '--top', '3'], ['--top is for many keys']],
    [
      ['run', fixture('shop.ts'), '--source', 'orders=-', '--source', 'notes=package.json'],
      [
        'job shop asks the service prices',
        "  import { bullmq } from 'tanager/bullmq'\n  import job from './shop.ts'\n  export default bullmq().on(job).bind({ prices: (key) => … })\n",
      ],
    ],
  ])('tanager %j is refused, knowing the module', async (args, sentences) => {
    mustBeRefusal(await inside(args), sentences)
  })

  test.each([
    ['export const clicks = 1, views = 2', 'has no default export', 'It exports clicks, views.'],
    ['', 'has no default export', 'It exports nothing'],
    ['export default 17', 'is 17; allowed: a job or a deployment'],
    ['export default () => {}', 'is a function'],
    ['export default { bind() {} }', 'is a deployment without its bindings'],
    ['export default { node: {}, sumByKey() {} }', 'is a stream'],
    ['export default { kind: "job" }', 'is an object of another kind'],
    ['export default { kind: "deployment", job: {}, start() {} }', 'is an object of another kind'],
  ])('a module that exports something else: %s', async (text, ...sentences) => {
    await using at = await folder()
    mustBeRefusal(await inside(['graph', await at.file('other.mjs', text)]), sentences)
  })
})

describe.concurrent('a process of its own', () => {
  test('is refused alike', async () => {
    const { code, stdout, stderr } = await tanager(['query', words, 'lines'])
    mustBeRefusal({ code, signal: null, stdout, stderr }, ['job words has no store lines; allowed: words'])
  })

  test('prints the version of the package', async () => {
    const { default: manifest } = await import('tanager/package.json', { with: { type: 'json' } })
    expect(await tanager(['--version'])).toEqual({ code: 0, signal: null, stdout: `${manifest.version}\n`, stderr: '' })
  })

  test.each([
    [
      'throws.ts',
      'const fine: number = 1\n\nfunction boom(): never {\n  throw new Error("no luck today")\n}\nboom()\n',
      /throws\.ts:4:\d+: no luck today$/,
    ],
    ['syntax.ts', 'const a: number = {\n  b: 1\n', /syntax\.ts:3:1: Expected "}" but found end of file$/],
    ['syntax.mjs', 'const a = 1\nconst b = = 2\n', /syntax\.mjs:2: Unexpected token '='$/],
    ['missing.ts', 'import a from "./nowhere.ts"\nexport default a\n', /Cannot find module '.*nowhere\.ts'/],
    [
      'package.ts',
      'import a from "left-padding-of-a-kind"\nexport default a\n',
      /needs the package left-padding-of-a-kind, which is not installed\. Type: npm install left-padding-of-a-kind$/,
    ],
    ['throws-text.mjs', 'throw "just a text"\n', /cannot be loaded: "just a text"$/],
  ])('says why a module cannot be loaded: %s', async (name, text, sentence) => {
    await using at = await folder()
    await at.file('package.json', '{"type":"module"}')
    const { code, stdout, stderr } = await tanager(['graph', await at.file(name, text)])
    expect(stderr.trim()).toMatch(sentence)
    expect(stderr).not.toMatch(/^ +at /m)
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 1, stdout: '', lines: 2 })
  })

  test('shows where an error comes from to those who ask', async () => {
    await using at = await folder()
    const throwing = await at.file('throws.mjs', 'throw new Error("no luck")\n')
    for (const { code, stderr } of await Promise.all([
      tanager(['graph', throwing, '--debug']),
      tanager(['graph', throwing], { env: { TANAGER_DEBUG: '1' } }),
    ])) {
      expect(code).toBe(1)
      expect(stderr).toMatch(/caused by: Error: no luck\n +at .*throws\.mjs:1:7/)
    }
  })
})
