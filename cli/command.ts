import { Argument, Command } from 'commander'

export type { Command }

const examples = new WeakMap<Command, readonly string[]>()

interface Face {
  readonly name: string
  /** One line, for the list of commands. */
  readonly summary: string
  /** What there is to know, beyond the options. */
  readonly description: string
  /** Whole calls, most common first. The first is shown to whoever got it wrong. */
  readonly examples: readonly string[]
}

/** A command with its words: all that `--help` and a wrong call need. */
export function commandOf({ name, summary, description, examples: calls }: Face): Command {
  // Lines are broken where the terminal ends, not where our source does; indented ones are as they are.
  const command = new Command(name).summary(summary).description(description.replaceAll(/(?<=[^\n])\n(?=[^\n ])/g, ' '))
  command.addHelpText('after', `\nExamples:\n${calls.map((call) => `  tanager ${call}`).join('\n')}`)
  examples.set(command, calls)
  return command
}

/** The argument most commands begin with. */
export const moduleArgument = () => new Argument('<module>', 'a .ts, .js or .mjs file whose default export is a job or a deployment')

export const exampleOf = (command: Command): string | undefined => examples.get(command)?.[0]
