import fc from 'fast-check'
import type { BullmqApp } from 'tanager/bullmq'
import { describe, expect, test } from 'vitest'
import { comment, literal } from '../../cli/replay/literal.ts'
import { type RunnerName, runners } from '../../cli/replay/runner.ts'
import { mergeTest, recordTest, type Setting } from '../../cli/replay/test-file.ts'
import type { Json } from '../../core/codec/codec.ts'
import type { DeadLetter } from '../../core/engine/log.ts'
import failing from './fixtures/failing.ts'

const deployment = failing as unknown as BullmqApp

/** What breaks out of a string, a comment or a line, or means something to a tool wherever it stands. */
const hostile = fc.constantFrom(
  '"',
  "'",
  '`',
  '\\',
  '\\"',
  '${',
  '}',
  '\n',
  '\r',
  '\u2028',
  '\u2029',
  '\u0085',
  '\0',
  '//',
  '/*',
  '*/',
  '</script>',
  '<!--',
  '\ud800',
  '\udc00',
  '\u202e',
  '\u200b',
  '\ufeff',
  '\u{e0041}',
  '\\u0041',
  "'); throw new Error('injected'); ('",
  '\nthrow new Error("injected")\n',
  // Not in one piece: here it would choose where these tests run.
  '@vitest_environment jsdom'.replace('_', '-'),
  '//# sourceMappingURL=data:,',
)
const anyText = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), { maxLength: 6 })
  .map((all) => all.join(''))

// biome-ignore lint/complexity/useRegexLiterals: what is looked for would break out of its own line.
const lineEnds = new RegExp('\\r\\n|[\\n\\r\\u2028\\u2029]')

/** Runs a printed file as it stands, but for its imports, with everything it asks for from here; what its one test does. */
async function ranAs(file: string, given: Readonly<Record<string, unknown>>): Promise<void> {
  const lines = file.split('\n')
  const body = lines.filter((line) => !/^import .* from '[^']*'$/.test(line)).join('\n')
  const tests: (() => unknown)[] = []
  const all = { ...given, test: (_name: string, run: () => unknown) => tests.push(run) }
  new Function(...Object.keys(all), body)(...Object.values(all))
  expect(tests.length).toBe(1)
  await tests[0]?.()
}

const setting = (letter: Partial<DeadLetter>, runner: RunnerName = 'vitest'): Setting => ({
  letter: { id: '17-0', stream: 'numbers', sequence: 4, index: 1, node: 'map', record: '13', error: 'unlucky', at: 0, ...letter },
  loaded: { path: '/here/deploy.ts', job: deployment.job, deployment },
  folder: '/here',
  runner: runners[runner],
  together: false,
})

describe('a text from outside', () => {
  test('is that text as a literal, on one line, and nothing that cannot be seen', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const written = literal(text)
        expect(new Function(`return ${written}`)()).toBe(text)
        expect(written).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|@vitest-|#\s*source/u)
      }),
      { numRuns: 1000 },
    )
  })

  test('does not end a comment, and is no word to a tool', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(comment(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|@vitest-|#\s*source/u)
      }),
    )
  })
})

describe('a printed test', () => {
  const letters = fc.record({ record: anyText, node: anyText, error: anyText })

  test('has exactly the record, whatever is in the dead letter, and does nothing else', async () => {
    const lines = recordTest(setting({})).split(lineEnds).length
    await fc.assert(
      fc.asyncProperty(letters, fc.constantFrom<RunnerName>('vitest', 'jest', 'node'), async (letter, runner) => {
        const file = recordTest(setting(letter, runner))
        const given: unknown[] = []
        const checked: unknown[] = []
        await ranAs(file, {
          encoded: (records: unknown) => given.push(records),
          memory: () => ({ on: () => ({ run: async () => ({ deadLetters: [] }) }) }),
          expect: (value: unknown) => ({ toEqual: () => checked.push(value) }),
          assert: { deepEqual: (value: unknown) => checked.push(value) },
          deployment,
        })
        expect(given).toEqual([[letter.record]])
        expect(checked).toEqual([[]])
        expect(file.split(lineEnds).length).toBe(lines + (runner === 'node' ? 1 : 0))
      }),
      { numRuns: 500 },
    )
  })

  test('has exactly the key’s total and what was to be added', async () => {
    await fc.assert(
      fc.asyncProperty(
        letters,
        anyText,
        fc.jsonValue() as fc.Arbitrary<Json>,
        fc.option(fc.jsonValue() as fc.Arbitrary<Json>, { nil: undefined }),
        async (letter, key, delta, before) => {
          const file = mergeTest(setting({ ...letter, stream: 'totals' }), { key, delta, before })
          const read: unknown[] = []
          const written: unknown[] = []
          const sum = {
            codec: { fromJson: (json: unknown) => [read.push(json)], encode: (total: unknown) => written.push(total) },
            semigroup: { concat: (a: unknown, b: unknown) => [a, b] },
          }
          await ranAs(file, { deployment: { job: { slots: new Map([['totals', { kind: 'store', sum }]]) } } })
          const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))
          expect(read).toEqual(before === undefined ? [asJson(delta)] : [asJson(before), asJson(delta)])
          expect(written.length).toBe(1)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('names its module by the way there, whatever the folders are called', () => {
    fc.assert(
      fc.property(
        anyText.filter((name) => !/[\0/]/.test(name) && name !== '' && name !== '.' && name !== '..'),
        (name) => {
          const before = setting({})
          const file = recordTest({ ...before, loaded: { ...before.loaded, path: `/here/${name}/deploy.ts` } })
          const [, from = ''] = /^import deployment from (.*)$/m.exec(file) ?? []
          expect(decodeURIComponent(new Function(`return ${from}`)())).toBe(`./${name}/deploy.ts`)
        },
      ),
    )
    const { loaded } = setting({})
    expect(recordTest({ ...setting({}), folder: '/elsewhere/deep' })).toContain("import deployment from '../../here/deploy.ts'\n")
    expect(recordTest({ ...setting({}), loaded: { ...loaded, deployment: undefined } })).toContain("import job from './deploy.ts'\n")
  })

  test('binds what the deployment binds, if it answers at once, and else nothing, and says so', () => {
    const bound = (names: unknown) => {
      const { loaded } = setting({})
      return recordTest({ ...setting({}), loaded: { ...loaded, deployment: { ...deployment, bindings: { names } as never } } })
    }
    for (const names of [() => 'even', new Map()]) expect(bound(names)).toContain('    names: deployment.bindings.names,\n')
    expect(bound({ multiGet: async () => [] })).toContain('    // Answers nothing: what the record asks for')
    expect(bound({ multiGet: async () => [] })).toContain('    names: new Map(),\n')
  })
})
