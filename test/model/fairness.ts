import type { Graph } from './graph.ts'
import type { Claim } from './machine.ts'

/**
 * States in which a run may stay for ever although it is fair to everybody and not all is done: the liveness property is
 * broken if there are any. A run may always stay where it is, so a state in which nobody has a claim counts as well: that
 * is a deadlock.
 *
 * The states that such a run passes again and again are strongly connected. A part that cannot serve a weak claim which
 * all of its states have is no such part. One that cannot serve a strong claim which some of its states have may still
 * be one without those states, so what is left is looked at again (the emptiness of a Streett automaton).
 */
export function fairAndNotDone(graph: Graph, claims: readonly Claim[], isDone: (state: number) => boolean): readonly number[] | undefined {
  const region = new Int32Array(graph.states)
  let regions = 1
  const toSee: Iterable<number>[] = [region.keys()]
  for (let states = toSee.pop(); states !== undefined; states = toSee.pop()) {
    const { stuck, parts } = connected(graph, states, region, isDone)
    if (stuck !== undefined) return [stuck]
    for (const part of parts) {
      if (part.every(isDone)) continue
      const own = regions++
      for (const state of part) region[state] = own
      const { everywhere, somewhere, served } = claimsOf(graph, part, region, claims.length)
      const kept = (claim: number) => served.has(claim)
      if (claims.some(({ fairness }, claim) => fairness === 'weak' && everywhere.has(claim) && !kept(claim))) continue
      const missed = claims.flatMap(({ fairness }, claim) => (fairness === 'strong' && somewhere.has(claim) && !kept(claim) ? [claim] : []))
      if (missed.length === 0) return part
      const rest = part.filter((state) => !stepsOf(graph, state).some((step) => missed.includes(graph.claim(step))))
      const left = regions++
      for (const state of rest) region[state] = left
      if (rest.length > 0) toSee.push(rest)
    }
  }
  return undefined
}

const stepsOf = (graph: Graph, state: number): readonly number[] => {
  const from = graph.begin(state)
  return Array.from({ length: graph.begin(state + 1) - from }, (_, i) => from + i)
}

/** Which claims all states of a part have, which some have, and which are served by a step that stays in it. */
function claimsOf(graph: Graph, part: readonly number[], region: Int32Array, count: number) {
  const own = region[part[0] as number]
  const having = Array.from({ length: count }, () => 0)
  const served = new Set<number>()
  for (const state of part) {
    const has = new Set<number>()
    for (const step of stepsOf(graph, state)) {
      const claim = graph.claim(step)
      if (claim === -1) continue
      has.add(claim)
      if (region[graph.target(step)] === own) served.add(claim)
    }
    for (const claim of has) having[claim] = (having[claim] as number) + 1
  }
  const those = (has: (states: number) => boolean) => new Set(having.flatMap((states, claim) => (has(states) ? [claim] : [])))
  return { everywhere: those((states) => states === part.length), somewhere: those((states) => states > 0), served }
}

/**
 * The strongly connected parts of one region, by Tarjan's algorithm, without recursion. Most are a single state, which
 * does not lead to itself: whoever has a claim there is kept waiting by staying. If nobody has, and not all is done, a run
 * is stuck there; otherwise it is no part to look at again.
 */
function connected(graph: Graph, states: Iterable<number>, region: Int32Array, isDone: (state: number) => boolean) {
  const found = new Int32Array(graph.states)
  const low = new Int32Array(graph.states)
  const next = new Int32Array(graph.states)
  const open = new Uint8Array(graph.states)
  const stack: number[] = []
  const path: number[] = []
  const parts: number[][] = []
  let counter = 0
  const enter = (state: number) => {
    counter += 1
    found[state] = counter
    low[state] = counter
    next[state] = graph.begin(state)
    open[state] = 1
    stack.push(state)
    path.push(state)
  }
  for (const root of states) {
    if (found[root] !== 0) continue
    enter(root)
    while (path.length > 0) {
      const state = path[path.length - 1] as number
      const step = next[state] as number
      if (step < graph.begin(state + 1)) {
        next[state] = step + 1
        const target = graph.target(step)
        if (region[target] !== region[root]) continue
        if (found[target] === 0) enter(target)
        else if (open[target] === 1) low[state] = Math.min(low[state] as number, found[target] as number)
        continue
      }
      path.pop()
      const above = path[path.length - 1]
      if (above !== undefined) low[above] = Math.min(low[above] as number, low[state] as number)
      if (low[state] !== found[state]) continue
      if (stack[stack.length - 1] === state) {
        stack.pop()
        open[state] = 0
        if (!isDone(state) && stepsOf(graph, state).every((step) => graph.claim(step) === -1)) return { stuck: state, parts }
        continue
      }
      const part = stack.splice(stack.lastIndexOf(state))
      for (const member of part) open[member] = 0
      parts.push(part)
    }
  }
  return { parts }
}
