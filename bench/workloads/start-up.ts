import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { root } from '../build.ts'
import { goals } from '../goals.ts'
import { inTurns } from '../in-turns.ts'
import { tell } from '../report/print.ts'
import { processorOf } from '../start-up/processor-of.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
}

interface Run {
  /** Milliseconds, by the clock, */
  readonly wall: number
  /** and of processor time. */
  readonly processor: number
}

const command = join(root, 'dist/cli/main.js')
const hook = join(root, 'bench/start-up/tell-processor.cjs')
const folder = join(root, '.cache/bench/start-up')

const tinyJob = `import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
export default job('tiny', words.map((word) => [word, 1]).sumByKey(counts))
`

/** How long until the command has said its piece, or a worker is ready? Each in a process of its own, under bare node. */
export const startUp: RedisWorkload<Size> = {
  name: 'start-up',
  asks: 'how long until `tanager --help` has said its piece, a tiny job has run, a worker is ready?',
  redis: true,
  sizes: { full: { rounds: 40 }, quick: { rounds: 8 } },

  run: async ({ size: { rounds }, redis }) => {
    mkdirSync(folder, { recursive: true })
    const files = { module: join(folder, 'tiny.mjs'), typescript: join(folder, 'tiny.ts'), words: join(folder, 'words.txt') }
    for (const file of [files.module, files.typescript]) writeFileSync(file, tinyJob)
    writeFileSync(files.words, 'a\nb\nb\n')
    const source = ['--source', `words=${files.words}`]
    const programs = {
      'node, and nothing else': { args: ['-e', '0'], says: '' },
      'tanager --help': { args: [command, '--help'], says: 'Examples:' },
      'tanager run, a tiny job': { args: [command, 'run', files.module, ...source, '--json'], says: '"value":2' },
      'tanager run, in TypeScript': { args: [command, 'run', files.typescript, ...source, '--json'], says: '"value":2' },
      'tanager worker, until it is ready': { args: [command, 'worker', files.module, '--redis', redis.url], says: 'ready' },
    } as const
    const names = Object.keys(programs) as readonly (keyof typeof programs)[]
    const runs = await inTurns({ names, rounds, warmUp: 2 }, async (name): Promise<Run> => {
      const { args, says } = programs[name]
      return name.startsWith('tanager worker') ? untilReady(args, says) : untilEnd(args, says)
    })
    tell(`start-up: ${rounds} rounds`)
    const of = (name: (typeof names)[number], what: keyof Run) => ({ runs: runs[name].map((run) => run[what]), unit: 'ms' })
    return {
      title: `From the start of a process until it has done what it was started for; ${rounds} rounds, in turns`,
      figures: [{ ...goals.help, ...of('tanager --help', 'wall') }],
      details: {
        columns: ['', 'by the clock', 'processor'],
        rows: names.map((name) => [name, of(name, 'wall'), of(name, 'processor')]),
      },
    }
  },
}

/** Runs a program to its end twice: once by the clock with nothing else loaded, once to be told of its processor time. */
async function untilEnd(args: readonly string[], says: string): Promise<Run> {
  const begin = performance.now()
  const bare = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const [said] = await Promise.all([text(bare.stdout), ended(bare)])
  const wall = performance.now() - begin
  if (!said.includes(says)) throw new Error(`${args.join(' ')} should say ${says}, and said:\n${said}`)
  const told = spawn(process.execPath, ['--require', hook, ...args], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const [processor] = await Promise.all([text(told.stdio[3] as Readable), ended(told)])
  return { wall, processor: Number(processor) }
}

/** Starts a program that says on its stderr when it is ready, and ends it then. */
async function untilReady(args: readonly string[], says: string): Promise<Run> {
  const begin = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ends = ended(child)
  let said = ''
  for await (const chunk of child.stderr.setEncoding('utf8')) {
    said += chunk
    if (said.includes(says)) break
  }
  const wall = performance.now() - begin
  if (!said.includes(says)) throw new Error(`${args.join(' ')} did not say that it is ${says}:\n${said}`)
  const processor = processorOf(child.pid as number)
  child.kill('SIGTERM')
  await ends
  return { wall, processor }
}

async function ended(child: ChildProcess): Promise<void> {
  const [code, signal] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${signal ?? code}`)
}
