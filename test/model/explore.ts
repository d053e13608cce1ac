import { fairAndNotDone } from './fairness.ts'
import { Graph } from './graph.ts'
import type { Action, Machine } from './machine.ts'
import { grown, States } from './states.ts'

/** What was seen of a model: all of it, or all up to where a property broke. */
export interface Explored {
  readonly states: number
  readonly steps: number
  /** How many steps the farthest state is away from the beginning. */
  readonly depth: number
  readonly broken?: Broken
}

export interface Broken {
  /** A property's name, or `liveness`. */
  readonly property: string
  /** What leads there, a line for each step: no way is shorter. */
  readonly story: readonly string[]
}

export const liveness = 'all is done in the end'

/**
 * Looks at every state that can be reached, breadth first, so that the first story of a broken property is a shortest one
 * (as TLC does: L. Lamport, Specifying Systems, 2002, chapter 14). Then, if none is broken, looks for a run that is fair
 * and still is never done with its work.
 */
export function explore(machine: Machine, most = 10_000_000): Explored {
  const { cells, actions, properties, isDone } = machine
  const canonical = machine.canonical ?? (() => {})
  const states = new States(new Uint32Array(cells.bytes.buffer, 0, cells.size >> 2))
  const graph = new Graph()
  let cameFrom = new Int32Array(1 << 12)
  let depths = new Int32Array(1 << 12)
  const done: boolean[] = []

  /** Numbers the state at hand, and says what is broken in it if it is new. */
  const see = (from: number): { readonly id: number; readonly broken?: string } => {
    canonical()
    const before = states.count
    const id = states.number()
    if (id < before) return { id }
    if (id > most) throw new Error(`more than ${most} states`)
    if (id >= cameFrom.length) {
      cameFrom = grown(cameFrom)
      depths = grown(depths)
    }
    cameFrom[id] = from
    depths[id] = from === -1 ? 0 : (depths[from] as number) + 1
    done.push(isDone())
    const broken = properties.find(({ holds }) => !holds())
    return broken === undefined ? { id } : { id, broken: broken.name }
  }
  const wayTo = (id: number): readonly number[] => {
    const way = [id]
    for (let at = cameFrom[id] as number; at !== -1; at = cameFrom[at] as number) way.push(at)
    return way.reverse()
  }
  const explored = (last: number, broken?: Broken): Explored => ({
    states: states.count,
    steps: graph.steps,
    depth: depths[last] as number,
    ...(broken === undefined ? {} : { broken }),
  })

  see(-1)
  for (let id = 0; id < states.count; id++) {
    states.load(id)
    for (const action of actions) {
      const claim = action.claim()
      if (!action.step()) continue
      const next = see(id)
      if (next.broken !== undefined) {
        return explored(next.id, { property: next.broken, story: narrate(machine, canonical, states, wayTo(next.id)) })
      }
      // A step that changes nothing is none: nobody is served by it.
      if (next.id !== id) graph.step(next.id, claim)
      states.load(id)
    }
    graph.close()
  }

  const last = states.count - 1
  const part = fairAndNotDone(graph, machine.claims, (id) => done[id] as boolean)
  if (part === undefined) return explored(last)
  const there = Math.min(...part.filter((id) => !done[id]))
  const story = narrate(machine, canonical, states, wayTo(there))
  const end =
    part.length === 1 ? 'and nothing more happens, though not all is done' : `and it goes round in ${part.length} states, and is never done`
  return explored(last, { property: liveness, story: [...story, end] })
}

/**
 * Goes a way once more, and has it told. The states of the way are canonical, those gone through here are not, so that
 * everybody keeps their name from the first line to the last.
 */
function narrate(machine: Machine, canonical: () => void, states: States, way: readonly number[]): readonly string[] {
  const { cells, story } = machine
  const told: string[] = []
  states.load(way[0] as number)
  const here = cells.bytes.slice(0, cells.size)
  for (const id of way.slice(1)) {
    const lines: string[] = []
    story.tell = (line) => lines.push(line)
    const isTheOne = (action: Action): boolean => {
      lines.length = 0
      cells.bytes.set(here)
      if (!action.step()) return false
      const after = cells.bytes.slice(0, cells.size)
      canonical()
      if (!states.isWritten(id)) return false
      here.set(after)
      return true
    }
    if (!machine.actions.some(isTheOne)) throw new Error('the story cannot be told: an action is not the same each time')
    told.push(lines.join('; '))
  }
  story.tell = undefined
  return told
}
