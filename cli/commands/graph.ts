import { Option } from 'commander'
import { type Command, commandOf, moduleArgument } from '../command.ts'
import type { GraphOptions } from '../graph.ts'

export function graphCommand(): Command {
  return commandOf({
    name: 'graph',
    summary: 'show what a job consists of and how it is cut into stages',
    description: `Shows the plan of a job as it runs: its streams, the stages that read them, the stores and sinks they feed. With --logical, the
job as it was written, before anything was optimised. Needs no Redis.`,
    examples: [
      'graph jobs/word-count/job.ts',
      'graph job.ts --format mermaid > job.mmd',
      'graph job.ts --format dot --logical | dot -Tsvg > job.svg',
    ],
  })
    .addArgument(moduleArgument())
    .addOption(
      new Option('-f, --format <format>', 'for people, for Mermaid, for Graphviz').choices(['text', 'mermaid', 'dot']).default('text'),
    )
    .option('--logical', 'the job as it was written')
    .action(async (module: string, options: GraphOptions) => {
      const { showGraph } = await import('../graph.ts')
      await showGraph(module, options)
    })
}
