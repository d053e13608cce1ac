#!/usr/bin/env node
import { type Command, CommanderError } from 'commander'
import { exampleOf } from './command.ts'
import { faultOf } from './fault.ts'
import { asidePaint, keepResultsPure, note } from './output.ts'
import { programOf } from './program.ts'

const program = programOf()
const debug = process.argv.includes('--debug') || !['', '0', undefined].includes(process.env.TANAGER_DEBUG)

keepResultsPure()
process.on('uncaughtException', (error) => process.exit(told(error)))
// A module may hold something open that nobody closes, a database say: when the work is done we end all the same.
process.exit(await run())

async function run(): Promise<number> {
  try {
    await program.parseAsync()
    return 0
  } catch (error) {
    return told(error)
  }
}

/** Says what went wrong, and answers what to end with. */
function told(error: unknown): number {
  if (error instanceof CommanderError) return toldUsage(error)
  const { exitCode, text, usage } = faultOf(error, debug)
  if (text === '') return exitCode
  note(`${asidePaint.red('error:')} ${text}`)
  if (usage) hint()
  return exitCode
}

function toldUsage({ code, exitCode, message }: CommanderError): number {
  // Help and version: printed already.
  if (exitCode === 0) return 0
  const text =
    code === 'commander.help' ? `error: a command is missing; allowed: ${program.commands.map((each) => each.name()).join(', ')}` : message
  note(text.replace(/^error:/, asidePaint.red('error:')))
  hint()
  return 2
}

/** An example of the command that was called, and where there is more. */
function hint(): void {
  const name = process.argv.slice(2).find((arg) => !arg.startsWith('-'))
  const command = program.commands.find((each) => each.name() === name)
  const example = exampleOf(command ?? (program.commands[0] as Command))
  note(`\n  tanager ${example}\n\n${command === undefined ? 'tanager --help' : `tanager ${name} --help`} tells more.`)
}
