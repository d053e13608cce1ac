import { Option } from 'commander'
import type { CheckOptions } from '../check.ts'
import { type Command, commandOf, moduleArgument } from '../command.ts'
import { json, seconds, wholeFrom1 } from '../options.ts'

export function checkCommand(): Command {
  return commandOf({
    name: 'check',
    summary: 'check a job: its laws, and whether it comes out the same on a cluster',
    description: `Checks that what a job is made of keeps the laws that its results rest on, and that the job comes to the same however it is
run: on a simulated cluster, with workers that die, work that is done twice, and batches cut anywhere. Aggregations: concat is associative, commutative and
idempotent where it says so, changes nothing it is given and answers the same each time; concatMany comes to what concat comes
to; totals can be written. Codecs: what is written comes back, and values that differ are written differently. A law that is
broken is told with the smallest counter-example that was found, and a job that comes out differently as a story: its fewest records,
and what happens to them. Needs no Redis, and the package fast-check.

Values are made up from the codecs. For codecs of your own, or where no codec tells what is meant, give some records: the job
runs over the first 5,000 of them in memory, and the values that reach its stores and sinks are used.

It ends with 1 if a law is broken, else with 0.

With --json, an object for each aggregation and codec, and one for the job:
{"check":"aggregation","id":"sum","at":["store clicks"],"level":"ok","broken":[],"unchecked":[],"hints":[],"held":[…],"seed":7}`,
    examples: [
      'check jobs/word-count/job.ts',
      'check job.ts --source clicks=clicks.jsonl',
      'check job.ts --seconds 60 --runs 10000 --json',
    ],
  })
    .addArgument(moduleArgument())
    .addOption(
      new Option('-s, --source <name=file>', 'records of a source, to take values from; - is stdin')
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], 'none'),
    )
    .addOption(
      new Option('--runs <n>', 'how many values, pairs or triples to try each law with; of simulated runs a fifth as many')
        .argParser(wholeFrom1)
        .default(1000),
    )
    .addOption(new Option('--seconds <seconds>', 'about how long it may take').argParser(seconds).default(10))
    .addOption(new Option('--seed <n>', 'the same seed makes the same values (default: another each time)').argParser(wholeFrom1))
    .addOption(json())
    .action(async (module: string, options: CheckOptions) => {
      const { checkLaws } = await import('../check.ts')
      await checkLaws(module, options)
    })
}
