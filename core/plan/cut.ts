import { changeCodec } from '../codec/change.ts'
import type { Codec } from '../codec/codec.ts'
import { assertNever } from '../error.ts'
import type { SourceNode } from '../graph/node/source.ts'
import type { SumNode } from '../graph/node/sum.ts'
import { isOutput, type Node, parentsOf } from '../graph/node.ts'
import { topological } from '../graph/walk.ts'
import type { Plan, StagePlan, Step, StorePlan, StreamPlan } from './plan.ts'

/** What a stage starts from. */
type Root = SourceNode | SumNode

/** Cuts a graph at every sum: what lies between two cuts runs as one stage, in one go, over one micro-batch. */
export function cut(job: string, tails: readonly Node[]): Plan {
  const all = topological(tails)
  const readers = liveReaders(all)
  const nodes = all.filter((node) => readers.has(node))
  const ids = stepIds(all, nodes)
  const emitting = nodes.filter((node) => node.kind === 'sum' && readersOf(readers, node).length > 0)
  const roots = [...nodes.filter((node) => node.kind === 'source'), ...emitting] as readonly Root[]
  const stages = roots.map((root) => stageOf(root, nodes, readers, ids))
  const streams = roots.map((root, i) => streamOf(root, stages[i] as StagePlan))
  const stores = nodes
    .filter((node) => node.kind === 'sum')
    .map(
      (node): StorePlan => ({
        slot: node.slot,
        ordered: !node.slot.sum.commutative,
        emit: node.emit,
        emits: readersOf(readers, node).length > 0,
        fedBy: stages.filter((stage) => stage.stores.includes(node.slot.name)).map((stage) => stage.stream),
      }),
    )
  const sinks = new Set(nodes.flatMap((node) => (node.kind === 'write' ? [node.slot] : [])))
  const services = new Set(nodes.flatMap((node) => (node.kind === 'join' ? [node.slot] : [])))
  return Object.freeze({ job, streams, stages, stores, sinks: [...sinks], services: [...services] })
}

const readersOf = (readers: ReadonlyMap<Node, readonly Node[]>, node: Node) => readers.get(node) ?? []

/**
 * The nodes that run, and who reads them. Names and alsos are looked through: they pass everything on and do nothing.
 * Merges stay: a plan shows where streams meet. What leads to no output is left out, whatever rules ran before: whether
 * such a step runs would be told by nothing but the records its functions throw for.
 */
function liveReaders(nodes: readonly Node[]): ReadonlyMap<Node, readonly Node[]> {
  const readers = new Map<Node, Node[]>()
  for (const node of nodes.toReversed()) {
    if (isNote(node)) continue
    // Its readers come after it, so by now all that are live are known.
    if (isOutput(node) && !readers.has(node)) readers.set(node, [])
    if (!readers.has(node)) continue
    for (const parent of parentsOf(node).toReversed()) {
      const read = seeThrough(parent)
      const known = readers.get(read)
      if (known === undefined) readers.set(read, [node])
      else known.push(node)
    }
  }
  for (const list of readers.values()) list.reverse()
  return readers
}

const isNote = (node: Node) => node.kind === 'name' || node.kind === 'also'

function seeThrough(node: Node): Node {
  let at = node
  while (at.kind === 'name' || at.kind === 'also') at = at.kind === 'name' ? at.input : at.result
  return at
}

function stageOf(
  root: Root,
  nodes: readonly Node[],
  readers: ReadonlyMap<Node, readonly Node[]>,
  ids: ReadonlyMap<Node, string>,
): StagePlan {
  const inside = new Set<Node>([root])
  for (const node of nodes) {
    if (node !== root && inside.has(node) && node.kind === 'sum') continue
    if (inside.has(node)) for (const reader of readersOf(readers, node)) inside.add(reader)
  }
  const members = nodes.filter((node) => inside.has(node))
  const place = new Map(members.map((node, i) => [node, i]))
  const steps = members.map(
    (node): Step => ({
      id: ids.get(node) as string,
      node,
      readers: node !== root && node.kind === 'sum' ? [] : readersOf(readers, node).map((reader) => place.get(reader) as number),
    }),
  )
  const named = (kind: 'sum' | 'write' | 'join') => [
    ...new Set(members.flatMap((node) => (node !== root && node.kind === kind ? [node.slot.name] : []))),
  ]
  return { stream: root.slot.name, steps, stores: named('sum'), sinks: named('write'), services: named('join') }
}

function streamOf(root: Root, stage: StagePlan): StreamPlan {
  if (root.kind === 'sum') return { name: root.slot.name, from: 'store', item: changeCodec(root.slot) as unknown as Codec<unknown> }
  const { name, item, timestamp } = root.slot
  const timed = stage.steps.some(({ node }) => node.kind === 'transform' && node.operator.needsTime)
  return { name, from: 'source', item, ...(timed && timestamp !== undefined ? { timestamp } : {}) }
}

/** The verb a step shows where the user gave no name. */
export function verbOf(node: Node): string {
  switch (node.kind) {
    case 'source':
      return node.slot.name
    case 'transform':
      return node.operator.verbs.join('·')
    case 'async':
      return node.verb
    case 'join':
      return `leftJoin(${node.slot.name})`
    case 'merge':
    case 'also':
      return node.kind
    case 'sum':
      return `sumByKey(${node.slot.name})`
    case 'write':
      return `write(${node.slot.name})`
    case 'name':
      return node.name
    default:
      return assertNever(node)
  }
}

/** Sources first, then the names that the user gave, so that no other step takes one of them. */
function stepIds(all: readonly Node[], nodes: readonly Node[]): ReadonlyMap<Node, string> {
  const given = new Map<Node, string>()
  for (const node of all) if (node.kind === 'name' && !given.has(seeThrough(node))) given.set(seeThrough(node), node.name)
  const used = new Map<string, number>()
  const ids = new Map<Node, string>()
  const claim = (node: Node, name: string) => {
    const times = (used.get(name) ?? 0) + 1
    used.set(name, times)
    ids.set(node, times === 1 ? name : `${name}#${times}`)
  }
  for (const node of nodes) if (node.kind === 'source') claim(node, given.get(node) ?? verbOf(node))
  for (const node of nodes) if (node.kind !== 'source' && given.has(node)) claim(node, given.get(node) as string)
  for (const node of nodes) if (!ids.has(node)) claim(node, verbOf(node))
  return ids
}
