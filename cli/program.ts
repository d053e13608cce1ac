import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Command } from 'commander'
import { checkCommand } from './commands/check.ts'
import { deadLettersCommand } from './commands/dead-letters.ts'
import { doctorCommand } from './commands/doctor.ts'
import { graphCommand } from './commands/graph.ts'
import { queryCommand } from './commands/query.ts'
import { replayCommand } from './commands/replay.ts'
import { resetCommand } from './commands/reset.ts'
import { runCommand } from './commands/run.ts'
import { sendCommand } from './commands/send.ts'
import { statusCommand } from './commands/status.ts'
import { workerCommand } from './commands/worker.ts'
import { output } from './output.ts'

const commands = [
  runCommand,
  workerCommand,
  sendCommand,
  queryCommand,
  statusCommand,
  graphCommand,
  checkCommand,
  deadLettersCommand,
  replayCommand,
  doctorCommand,
  resetCommand,
]

const footer = `
Options of every command:
  --debug  shows where an error comes from; TANAGER_DEBUG=1 does the same

Environment:
  REDIS_URL  the Redis to use where nothing else says which
  NO_COLOR   no colours

Exit codes: 0 done, 1 the work failed, 2 wrong usage.

Examples:
  tanager run jobs/word-count/job.ts --source lines=book.txt
  tanager run --help`

/** The whole command line. What a command needs to do its work is loaded when it is called, so that help comes at once. */
export function programOf(): Command {
  const program = new Command('tanager')
    .description('Streaming aggregation: run a job over a file, or work for it, feed it, ask it and look after it.')
    .version(versionOf(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this; tanager <command> --help tells all of a command')
    .helpCommand(false)
    .addHelpText('after', footer)
    .configureHelp({
      styleTitle: output.paint.bold,
      styleCommandText: output.paint.cyan,
      styleOptionText: output.paint.cyan,
      styleArgumentText: output.paint.cyan,
    })
    // What is wrong is said by main, together with an example.
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
  for (const commandOf of commands) {
    const command = commandOf().copyInheritedSettings(program).helpOption('-h, --help', 'print this')
    // One command means more by it.
    if (!command.options.some(({ long }) => long === '--debug')) command.option('--debug', 'shows where an error comes from')
    program.addCommand(command)
  }
  return program
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('tanager/package.json'), 'utf8'))
  return version
}
