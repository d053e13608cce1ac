import { Argument } from 'commander'
import { type Command, commandOf } from '../command.ts'
import type { DoctorOptions } from '../doctor.ts'
import { json, redis, timeout } from '../options.ts'

export function doctorCommand(): Command {
  const command = commandOf({
    name: 'doctor',
    summary: 'examine this machine, a Redis and a deployed job, and say what to mend',
    description: `Examines this machine (Node, packages, processors, event loop) and a Redis (version, memory, eviction, persistence, replication,
clock, rights), and with a module its job, too: whether the plan fits what is deployed, what stands still, what failed, how much
room is left. Writes nothing. Each finding is good, a warning or bad, and says what can come of it and what to do.

It ends with 1 if something is bad, else with 0.

With --json, an object for each finding: {"check":"eviction","level":"good","found":"noeviction","why":null,"remedy":null}`,
    examples: ['doctor deploy.ts', 'doctor --redis redis://10.0.0.5:6379', 'doctor deploy.ts --json'],
  })
  command.addArgument(new Argument('[module]', 'a job or a deployment to look at as well')).addOption(json())
  for (const option of redis()) command.addOption(option)
  return command.addOption(timeout()).action(async (module: string | undefined, options: DoctorOptions) => {
    const { examine } = await import('../doctor.ts')
    await examine(module, options)
  })
}
