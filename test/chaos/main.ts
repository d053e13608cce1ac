// npm run chaos -- --seconds 60 --seed 1
import { randomInt } from 'node:crypto'
import { Command, InvalidArgumentError } from 'commander'
import { chaos } from './chaos.ts'
import { type FaultKind, faultKinds, faults } from './fault/index.ts'
import { printed } from './report.ts'

interface Options {
  readonly seconds: number
  readonly seed: number
  readonly workers: number
  readonly senders: number
  readonly rate: number
  readonly gap: number
  readonly only: readonly FaultKind[]
  readonly json?: true
  readonly quiet?: true
}

const whole = (least: number) => (text: string) => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError(`It must be a whole number from ${least}.`)
}

function kindsOf(text: string): readonly FaultKind[] {
  const kinds = text.split(',') as FaultKind[]
  const unknown = kinds.filter((kind) => !faultKinds.includes(kind))
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no fault ${unknown.join(', ')}; allowed: ${faultKinds.join(', ')}.`)
  return kinds
}

const widest = Math.max(...faultKinds.map(({ length }) => length))
const command = new Command('npm run chaos --')
  .description(
    'Runs a job in real processes on a real Redis while everything goes wrong, then compares every record with an independent fold.',
  )
  .option('--seconds <n>', 'for how long faults strike', whole(1), 60)
  .option('--seed <n>', 'draws what is sent, and which faults strike when (default: drawn)', whole(0))
  .option('--only <faults>', 'kinds of faults, separated by commas (default: all)', kindsOf)
  .option('--gap <ms>', 'milliseconds from one fault to the next, about', whole(1), 1000)
  .option('--workers <n>', 'worker processes', whole(1), 3)
  .option('--senders <n>', 'sender processes', whole(1), 3)
  .option('--rate <n>', 'events a second, about', whole(1), 500)
  .option('--json', 'the report as one JSON object')
  .option('--quiet', 'does not tell what happens meanwhile')
  .helpOption('-h, --help', 'print this')
  .addHelpText(
    'after',
    `
Faults:
${faultKinds.map((kind) => `  ${kind.padEnd(widest)}  ${faults[kind].what}`).join('\n')}

Exit codes: 0 nothing lost, nothing double; 1 something was; 2 wrong usage.

Examples:
  npm run chaos -- --seconds 60 --seed 1
  npm run chaos -- --only kill,lost-reply --gap 300`,
  )
  .showHelpAfterError('(--help tells all)')
  .exitOverride()

try {
  command.parse()
} catch (error) {
  process.exit((error as { readonly exitCode: number }).exitCode === 0 ? 0 : 2)
}
const { seed = randomInt(2 ** 31), only = faultKinds, json, quiet, ...options } = command.opts<Options>()

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort(new Error(`called off by ${signal}`)))

try {
  const say = (text: string) => {
    if (!quiet) console.error(text)
  }
  say(`seed ${seed}`)
  const report = await chaos({ ...options, seed, kinds: only, signal: stop.signal, say })
  console.log(json ? JSON.stringify(report) : printed(report))
  process.exitCode = report.findings.length > 0 ? 1 : 0
} catch (error) {
  if (!stop.signal.aborted) throw error
  console.error(String((error as Error).message))
  process.exitCode = 130
}
