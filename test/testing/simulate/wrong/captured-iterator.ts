import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const tasks = source('tasks', { item: codec.string })

function* inTurn(names: readonly string[]): Generator<string, never> {
  for (;;) yield* names
}

export default {
  // Whose turn it is depends on how many tasks this worker had before.
  // Mended: by a hash of the task.
  mistake: 'an iterator that deals out in turn',
  make: () => {
    const turns = inTurn(['ada', 'bob', 'eve'])
    return job('tasks', tasks.map(() => [turns.next().value, 1] as const).sumByKey(store('load', { key: codec.string, sum })))
  },
  inputs: { tasks: ['wash', 'brew', 'pour', 'sip'] },
  says: [
    'tasks: map answers ["ada", 1], then ["bob", 1], to the same record "sip": it keeps something from one call to the next. What is to be kept from record to record belongs in a store: keyBy(…).sumByKey(…).',
  ],
} satisfies Mistake
