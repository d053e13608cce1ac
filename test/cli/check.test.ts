import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { inside } from './inside.ts'
import { built, call, command, fixture, folder, objects, tanager } from './tanager.ts'

const words = fixture('words.ts')
const unlawful = fixture('unlawful.ts')

/** What is said of one thing. */
interface Line {
  readonly check: string
  readonly id: string
  readonly at: readonly string[]
  readonly level: string
  readonly broken: readonly { readonly law: string; readonly sentence: string }[]
  readonly unchecked: readonly { readonly law: string; readonly reason: string }[]
  readonly hints: readonly string[]
  readonly held: readonly { readonly law: string; readonly runs: number; readonly rounded: string | null }[]
  readonly seed: number
}

async function check(...args: readonly string[]) {
  const { code, stdout, stderr } = await inside(['check', '--json', '--seed', '1', '--runs', '200', '--seconds', '60', ...args])
  const lines = objects(stdout) as readonly Line[]
  return { code, stderr, lines, of: (id: string) => lines.find((line) => line.id === id) as Line }
}

const records = ['http://a/one', 'http://b/one/two', 'http://a/', 'http://a/one/two/three', 'http://b/four'].join('\n')

describe('a lawful job', () => {
  test('gets a line for each thing, and 0', async () => {
    const { code, stdout, stderr } = await inside(['check', words, '--runs', '200', '--seed', '1', '--seconds', '60'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      'ok  aggregation sum  store words  12 laws, 200 runs each',
      expect.stringMatching(
        /^ {2}associative but for the last digits of fractions: concat\(concat\(.*\), .*\) is .*, concat\(.*, concat\(.*\)\) is .*$/,
      ),
      'ok  codec string  source lines, keys of store words  5 laws, 200 runs each',
      'ok  codec float  values of store words  5 laws, 200 runs each',
      'ok  job words  40 runs on a simulated cluster',
      '  its records were made up from the codecs of its sources',
      '',
      '4 ok',
      '',
    ])
  })

  test('and an object for each, for programs', async () => {
    const { code, lines, of } = await check(words)
    expect(code).toBe(0)
    expect(lines.map(({ check: kind, id, at, level }) => [kind, id, at, level])).toEqual([
      ['aggregation', 'sum', ['store words'], 'ok'],
      ['codec', 'string', ['source lines', 'keys of store words'], 'ok'],
      ['codec', 'float', ['values of store words'], 'ok'],
      ['job', 'words', [], 'ok'],
    ])
    expect(of('words').held.map(({ law }) => law)).toEqual(['purity law', 'platform law'])
    expect(of('sum').held).toContainEqual({ law: 'commutative', runs: 200, rounded: null })
    expect(of('sum').held).toContainEqual({ law: 'associative', runs: 200, rounded: expect.stringContaining('concat(') })
    expect(of('sum').seed).toBe(1)
    expect((await check(words)).lines).toEqual(lines)
  })
})

describe('an unlawful job', () => {
  test('is told the counter-example, and gets 1', async () => {
    const { code, stdout, stderr } = await inside(['check', unlawful, '--seed', '1'])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^broken {5}aggregation mean {2}store means.*\n {2}not associative: concat\(concat\((-?\d), (-?\d)\), (-?\d)\) is \S+, concat\(\1, concat\(\2, \3\)\) is \S+\n/m,
    )
    expect(stdout).toMatch(/^unchecked {2}codec url {2}source visits {2}1 law, .*\n {2}nobody but you knows the values of the codec url$/m)
    expect(stdout).toMatch(/\n2 broken, 3 unchecked, 5 ok\n$/)
    expect(stderr).toBe(
      '--source visits=FILE takes values from records of yours; tanager/testing checks with any values, in a test\n--seed 1 shows the same again\n',
    )
  })

  test('is told what prepare was tried with', async () => {
    const { of } = await check(unlawful)
    expect(of('count')).toMatchObject({ level: 'ok', hints: ['nobody said what prepare takes: it was tried with whole numbers'] })
  })
})

describe('a codec that nobody can make up values for', () => {
  test('is checked on what its aggregation makes', async () => {
    await using at = await folder()
    const module = await at.file(
      'job.mjs',
      `import { codec, job, source, store } from '${import.meta.resolve('tanager')}'
      import { hyperLogLog } from '${import.meta.resolve('tanager/algebra')}'
      const lines = source('lines', { item: codec.string })
      const visitors = store('visitors', { key: codec.string, sum: hyperLogLog({ p: 4 }) })
      export default job('visitors', lines.map((line) => ['all', line]).aggregateByKey(visitors))`,
    )
    const { code, lines, of } = await check(module)
    expect(code).toBe(0)
    expect(lines.map(({ id, level }) => [id, level])).toEqual([
      ['hyperLogLog(4)', 'ok'],
      ['string', 'ok'],
      ['visitors', 'ok'],
    ])
    expect(of('hyperLogLog(4)').held.map(({ law }) => law)).toContain('codec hyperLogLog: comes back')
  })
})

describe('a job that comes out differently on a cluster', () => {
  const wrong = (body: string) => `import { aggregation, codec, job, source, store } from '${import.meta.resolve('tanager')}'
    import { sum } from '${import.meta.resolve('tanager/algebra')}'
    const lines = source('lines', { item: codec.string })
    ${body}`

  test('is told as a story: the records, and what happens to them', async () => {
    await using at = await folder()
    const module = await at.file(
      'job.mjs',
      wrong(`const joined = aggregation({ id: 'joined', value: codec.string, semigroup: { concat: (a, b) => a + b }, commutative: true })
      export default job('joining', lines.map((line) => ['all', line]).sumByKey(store('text', { key: codec.string, sum: joined })))`),
    )
    const lines = await at.file('lines.txt', 'a\nb\nc\nd\ne\nf\n')
    const { code, stdout } = await inside(['check', module, '--seed', '1', '--source', `lines=${lines}`])
    expect(code).toBe(1)
    const story = stdout.slice(stdout.indexOf('broken  job joining')).split('\n')
    expect(story[1]).toMatch(
      /^ {2}comes out differently on a cluster than in memory, since store text: aggregation joined: not commutative: /,
    )
    expect(story[2]).toMatch(/^ {4}store text, key "all": memory has "\w\w", the simulation has "\w\w"$/)
    expect(story.slice(3, 5)).toEqual(['    with these records:', expect.stringMatching(/^ {6}lines: "\w", "\w"$/)])
    expect(story).toContainEqual(expect.stringMatching(/^ {6}worker 1 merges into text: "all" is "\w\w"$/))
    const { of } = await check(module, '--source', `lines=${lines}`)
    expect(of('joining').broken).toMatchObject([{ law: 'platform law', story: expect.arrayContaining(['with these records:']) }])
  })

  test('is told which function is to blame', async () => {
    await using at = await folder()
    const module = await at.file(
      'job.mjs',
      wrong(`let n = 0
      export default job('numbering', lines.map(() => [String(n++), 1]).name('number').sumByKey(store('counts', { key: codec.string, sum })))`),
    )
    const { code, of } = await check(module)
    expect(code).toBe(1)
    expect(of('numbering').broken).toMatchObject([
      { law: 'purity law', sentence: expect.stringMatching(/^numbering: number: map answers .* to the same record/) },
    ])
  })
})

describe('with records', () => {
  test('what cannot be made up is taken from them', async () => {
    await using at = await folder()
    const { code, of } = await check(unlawful, '--source', `visits=${await at.file('visits.txt', records)}`)
    expect(code).toBe(1)
    expect(of('url')).toMatchObject({ level: 'ok', unchecked: [], broken: [] })
    expect(of('cents')).toMatchObject({ level: 'broken' })
    expect(of('cents').broken.map(({ sentence }) => sentence)).toContainEqual(
      expect.stringMatching(/^cents: does not come back: 0\.\d{3} is written 0\.\d\d and read as 0(\.\d+)?$/),
    )
    // The values of the job break it, too.
    expect(of('mean').level).toBe('broken')
  })

  test('what is lawful for them alone is doubtful', async () => {
    await using at = await folder()
    const module = await at.file(
      'job.mjs',
      `import { aggregation, codec, job, source, store } from '${import.meta.resolve('tanager')}'
      const lines = source('lines', { item: codec.string })
      const longest = aggregation({
        id: 'longest', value: codec.int, commutative: true, idempotent: true, semigroup: { concat: (a, b) => Math.max(a, b, 0) }
      })
      const lengths = store('lengths', { key: codec.string, sum: longest })
      export default job('lengths', lines.map((line) => ['all', line.length]).sumByKey(lengths))`,
    )
    const made = await check(module)
    expect(made.code).toBe(1)
    expect(made.of('longest')).toMatchObject({
      level: 'broken',
      broken: [{ law: 'idempotent', sentence: 'longest: not idempotent: concat(-1, -1) is 0, -1 is -1' }],
    })
    expect(made.of('longest').hints).toEqual(['the values were made up from its codec: perhaps a job never has such values'])
    const { code, of } = await check(module, '--source', `lines=${await at.file('lines.txt', 'a\nbb\nccc\n')}`)
    expect(code).toBe(0)
    expect(of('longest')).toMatchObject({
      level: 'doubtful',
      broken: [],
      hints: [
        'it holds for the 3 values that your records lead to, but not for others that its codec writes',
        'not idempotent: concat(-1, -1) is 0, -1 is -1',
      ],
    })
  })

  test('of a store that reads another store', async () => {
    await using at = await folder()
    const lines = await at.file('lines.txt', 'a b a\nb c\n')
    const { code, lines: all } = await check('jobs/word-count/job.ts', '--source', `lines=${lines}`)
    expect(code).toBe(0)
    expect(all.map(({ level }) => level)).toEqual(all.map(() => 'ok'))
  })

  test('of a deployment with services', async () => {
    await using at = await folder()
    const orders = await at.file('orders.jsonl', '{"item":"a","amount":5,"tags":["x"]}\n{"item":"b","amount":950,"tags":["x","y"]}\n')
    const { of } = await check(fixture('shop-deploy.ts'), '--source', `orders=${orders}`)
    expect(of('json')).toMatchObject({ level: 'ok' })
    expect(of('aggregation(string)')).toMatchObject({ level: 'ok' })
  })

  test.each([
    [['--source', 'lines'], 'got "lines"; allowed: NAME=FILE'],
    [['--source', 'nothing=-'], 'job words has no source nothing; allowed: lines'],
    [['--source', 'lines=no-such-file'], 'there is no file no-such-file for the source lines'],
    [['--source', 'lines=/dev/null'], 'there are no records to take values from'],
    [['--runs', '0'], 'It must be a whole number from 1'],
    [['--seed', 'x'], 'It must be a whole number from 1'],
    [['--seconds', 'soon'], 'It must be a number of seconds'],
  ])('a wrong call is refused: %j', async (args, sentence) => {
    const { code, stdout, stderr } = await inside(['check', words, ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr).toContain('tanager check jobs/word-count/job.ts')
  })
})

describe.concurrent('a process of its own', () => {
  test('ends in time', async () => {
    await using at = await folder()
    const module = await at.file(
      'job.mjs',
      `import { aggregation, codec, job, source, store } from '${built('core/index.js')}'
      const wait = (a, b) => { for (const end = performance.now() + 0.5; performance.now() < end; ); return Math.max(a, b) }
      const lines = source('lines', { item: codec.string })
      const slow = aggregation({ id: 'slow', value: codec.int, commutative: true, idempotent: true, semigroup: { concat: wait } })
      export default job('slow', lines.map((line) => [line, 1]).sumByKey(store('slow', { key: codec.string, sum: slow })))`,
    )
    const started = performance.now()
    const { code, stdout } = await tanager(['check', module, '--seconds', '1', '--runs', '1000000'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ok {2}aggregation slow {2}store slow {2}13 laws, [\d,]+(?: to [\d,]+)? runs each$/m)
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  // `script` of util-linux gives a command a terminal of its own.
  test.runIf(existsSync('/usr/bin/script'))('says what it is at in a terminal, and leaves nothing of that', async () => {
    const line = [...command, 'check', words, '--runs', '50'].map((each) => `'${each}'`).join(' ')
    const program = ['/usr/bin/script', '--quiet', '--return', '--flush', '--command', `stty cols 60 rows 12; exec ${line}`, '/dev/null']
    await using running = call([], { program, input: undefined, env: { TERM: 'xterm' } })
    const { code, stdout } = await running.ended
    expect(code).toBe(0)
    expect(stdout).toContain('\r\u001b[Kchecking 1 of 3: aggregation sum')
    const shown = stdout.slice(stdout.lastIndexOf('\r\u001b[K') + 4)
    expect(shown).not.toContain('checking')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out.
    const plain = shown.replaceAll(/\u001b\[[\d;]*m/g, '')
    for (const each of plain.split('\r\n')) expect(each.length).toBeLessThanOrEqual(60)
  })
})
