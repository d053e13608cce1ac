import { TanagerError } from '../error.ts'
import { type Node, parentsOf } from '../graph/node.ts'
import { topological } from '../graph/walk.ts'
import type { Job } from '../job.ts'

/** Options by name: of a slot, or of a step and all above it. */
export type NamedOptions<O> = { readonly [name: string]: Partial<O> }

/**
 * Looks options up for the slots of a job. A name's options hold for the step it names and for everything upstream of it;
 * where several names lie downstream of a slot, the nearest that has the option decides, and the slot's own name before
 * all others. Options never flow downstream.
 *
 * @param known what options there are
 * @throws TanagerError `unknown-slot` for a name the job does not have, `invalid-option` for an option nobody knows; both list what there is
 */
export function scopedOptions<O extends object>(job: Job, named: NamedOptions<O>, known: readonly (keyof O & string)[]) {
  const names = namesBelow(job.tails)
  const all = new Set<string>([...job.slots.keys(), ...[...names.values()].flat()])
  for (const [name, options] of Object.entries(named)) {
    if (!all.has(name)) {
      throw new TanagerError('unknown-slot', `job ${job.name} has no slot or step ${name} to give options to`, {
        allowed: [...all].sort().join(', '),
      })
    }
    for (const option of Object.keys(options)) {
      if ((known as readonly string[]).includes(option)) continue
      throw new TanagerError('invalid-option', `there is no option ${option} for ${name}`, { allowed: known.join(', ') })
    }
  }
  return <K extends keyof O & string>(slot: string, option: K): O[K] | undefined => {
    for (const name of [slot, ...(names.get(slot) ?? [])]) {
      const found = Object.hasOwn(named, name) ? named[name]?.[option] : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** For each slot, the names given to steps downstream of it, nearest first. */
function namesBelow(tails: readonly Node[]): ReadonlyMap<string, readonly string[]> {
  const nodes = topological(tails)
  const names = new Map<string, Map<string, number>>()
  for (const node of nodes) {
    if (node.kind !== 'name') continue
    for (const [above, distance] of distancesAbove(node)) {
      if (!('slot' in above)) continue
      const near = names.get(above.slot.name) ?? new Map<string, number>()
      near.set(node.name, Math.min(distance, near.get(node.name) ?? Number.POSITIVE_INFINITY))
      names.set(above.slot.name, near)
    }
  }
  return new Map([...names].map(([slot, near]) => [slot, [...near].sort(([, a], [, b]) => a - b).map(([name]) => name)]))
}

function distancesAbove(from: Node): ReadonlyMap<Node, number> {
  const distances = new Map<Node, number>([[from, 0]])
  // A map is walked in the order it is filled: breadth first, so the first distance found is the least.
  for (const [node, distance] of distances) {
    const parents = node.kind === 'also' ? [node.result] : parentsOf(node)
    for (const parent of parents) if (!distances.has(parent)) distances.set(parent, distance + 1)
  }
  return distances
}
