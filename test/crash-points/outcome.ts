import type { Change, Codec } from 'tanager'
import { emissionFaults } from '../../testing/laws/platform/emission.ts'
import type { Outcome, Story } from './story.ts'

/** An outcome as sorted texts, and what breaks the emission law. Two runs of a story came to the same if these are equal. */
export function shown({ job, shown: show = {}, emissions = [] }: Story, outcome: Outcome): unknown {
  const stores: [string, readonly string[]][] = []
  const sinks: [string, readonly string[]][] = []
  for (const slot of job.slots.values()) {
    if (slot.kind === 'store') {
      const cells = [...(outcome.stores[slot.name] ?? [])].map(([key, value]) => [slot.key.encode(key), show[slot.name]?.(value) ?? value])
      stores.push([slot.name, cells.map((cell) => JSON.stringify(cell)).sort()])
    }
    if (slot.kind === 'sink') {
      const changes = emissions.some(({ sink }) => sink === slot.name)
      sinks.push([slot.name, (outcome.sinks[slot.name] ?? []).map(changes ? deltaOf : (slot.item as Codec<unknown>).encode).sort()])
    }
  }
  return {
    stores: Object.fromEntries(stores),
    sinks: Object.fromEntries(sinks),
    deadLetters: outcome.deadLetters.map(({ stream, node, record, error }) => `${stream} ${node} ${record}: ${error}`).sort(),
    faults: emissions.flatMap((emission) => emissionFaults(emission, outcome)),
  }
}

/** What was before depends on the order of things; what came to it does not. */
function deltaOf(item: unknown): string {
  const [key, { delta }] = item as readonly [unknown, Change<unknown>]
  return JSON.stringify([key, delta])
}
