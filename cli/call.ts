import { type Command, CommanderError } from 'commander'
import { exampleOf } from './command.ts'
import { faultOf } from './fault.ts'
import { asidePaint, note } from './output.ts'
import { programOf } from './program.ts'

/** Does what a command line says; the exit code. What went wrong is said on stderr. */
export async function call(args: readonly string[]): Promise<number> {
  const program = programOf()
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    return error instanceof CommanderError ? toldUsage(program, args, error) : told(program, args, error)
  }
}

/** Says what went wrong where nobody was there to catch it; the exit code. */
export const toldUncaught = (args: readonly string[], error: unknown): number => told(programOf(), args, error)

function told(program: Command, args: readonly string[], error: unknown): number {
  const debug = args.includes('--debug') || !['', '0', undefined].includes(process.env.TANAGER_DEBUG)
  const { exitCode, text, usage } = faultOf(error, debug)
  if (text === '') return exitCode
  note(`${asidePaint.red('error:')} ${text}`)
  if (usage) hint(program, args)
  return exitCode
}

function toldUsage(program: Command, args: readonly string[], { code, exitCode, message }: CommanderError): number {
  // Help and version: printed already.
  if (exitCode === 0) return 0
  const missing = `error: a command is missing; allowed: ${program.commands.map((each) => each.name()).join(', ')}`
  note((code === 'commander.help' ? missing : message).replace(/^error:/, asidePaint.red('error:')))
  hint(program, args)
  return 2
}

/** An example of the command that was called, and where there is more. */
function hint(program: Command, args: readonly string[]): void {
  const name = args.find((arg) => !arg.startsWith('-'))
  const command = program.commands.find((each) => each.name() === name)
  const example = exampleOf(command ?? (program.commands[0] as Command))
  note(`\n  tanager ${example}\n\n${command === undefined ? 'tanager --help' : `tanager ${name} --help`} tells more.`)
}
