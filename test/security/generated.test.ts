import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { codec, encoded, job, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { arbitraryJob } from '../../testing/arbitrary/job.ts'
import { hostileText } from './hostile.ts'

/** All code that was made from text since the test began. */
let made: string[] = []

beforeEach(() => {
  made = []
  const Original = Function
  vi.stubGlobal(
    'Function',
    new Proxy(Original, {
      construct: (target, args: string[]) => {
        made.push(args.join('\n'))
        return new target(...args)
      },
    }),
  )
})

afterEach(() => {
  vi.unstubAllGlobals()
})

/** What the templates of `core/run/generate.ts` are made of: words, and names with nothing in them but a number. */
const vocabulary =
  /"use strict"|'Some'|\b(?:return|const|let|for|of|if|continue|try|catch|error|functions|collectors|records?|read|failed|skips|length|undefined|index|time|value|add|addLast|_tag|a|i|[vf]\d+|step\d+|output\d+|\d+)\b|!==|===|=>|&&|\+\+|[\s=()[\]{},.;<]/g

const beyond = (code: string) => code.replaceAll(vocabulary, '')

// Good names all, and all of them code.
const nameThatIsCode = fc.constantFrom('globalThis.broken', 'process.exit', 'return', 'a-b', 'f0', 'v1.constructor', '0', 'this', 'a.b.c')

const labelled = (label: string, names: readonly string[]) => {
  const [from = 'words', to = 'counts', out = 'out'] = names
  const words = source(from, { item: codec.string })
  return job(
    'j',
    words
      .name(label)
      .map((word) => [word, 1] as const)
      .sumByKey(store(to, { key: codec.string, sum })),
    words.filter((word) => word !== '').write(sink(out, { item: codec.string })),
  )
}

describe('the code a stage becomes', () => {
  test('is made of templates and numbers only, whatever the job', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryJob({ waiting: false, joins: false }), async ({ job: random, inputs }) => {
        await (memory().on(random).run as (inputs: unknown) => Promise<unknown>)(inputs)
      }),
      { numRuns: 150 },
    )
    expect(made.length).toBeGreaterThan(200)
    expect(made.map(beyond).filter((rest) => rest !== '')).toEqual([])
  })

  test('holds no name and no record, and none of them is run', async () => {
    let codes = 0
    await fc.assert(
      fc.asyncProperty(
        hostileText,
        fc.uniqueArray(nameThatIsCode, { minLength: 3, maxLength: 3 }),
        fc.array(hostileText, { maxLength: 20 }),
        async (label, names, records) => {
          made = []
          let hostile: ReturnType<typeof labelled>
          try {
            hostile = labelled(label, names)
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid-name' })
            hostile = labelled('fine', names)
          }
          const run = memory().on(hostile).run as (inputs: object) => Promise<unknown>
          await run({ [names[0] as string]: encoded(records) })
          expect(made.map(beyond)).toEqual(made.map(() => ''))
          for (const name of names.filter((each) => /\W/.test(each))) expect(made.join('\n')).not.toContain(name)
          expect('broken' in globalThis).toBe(false)
          codes += made.length
        },
      ),
      { numRuns: 300 },
    )
    expect(codes).toBeGreaterThan(250)
  })
})

describe('nothing else', () => {
  const root = join(import.meta.dirname, '../..')
  const files = ['core', 'platforms', 'connectors', 'testing', 'cli'].flatMap((folder) => sourcesIn(join(root, folder)))
  const code = (file: string) => readFileSync(file, 'utf8').replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')

  const those = (found: RegExp) =>
    files
      .filter((file) => found.test(code(file)))
      .map((file) => file.slice(root.length + 1))
      .sort()

  test('makes code from text, in TypeScript or in Lua', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(those(/(?<!\.)\beval\s*\(|\bFunction\s*\(|\bloadstring\b|\bdofile\b|shell: true/)).toEqual(['core/run/generate.ts'])
    // The script that watches over users' functions is one text, and that text is a constant.
    expect(those(/node:vm/)).toEqual(those(/node:vm[\s\S]*new Script\("[^"$`]*", \{ filename: '[\w:]+' \}\)/))
  })

  test('gives Redis a script that is not in a file', () => {
    const inTypeScript = (found: RegExp) => those(found).filter((file) => file.endsWith('.ts'))
    expect(inTypeScript(/\bdefineCommand\(|\.eval\w*\(|['"`]EVAL/i)).toEqual([
      'connectors/redis/group-reading.ts',
      'connectors/redis/list-reading.ts',
      'connectors/redis/stream-sink.ts',
      'platforms/bullmq/scripts.ts',
    ])
    // All of these are read from files, whole.
    expect(inTypeScript(/\bKEYS\[\d/)).toEqual([])
  })
})

function sourcesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:ts|lua)$/.test(file))
      .map((file) => join(folder, file))
  } catch {
    // A folder of the plan that is not there yet.
    return []
  }
}
