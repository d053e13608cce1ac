import { formatOf } from '../codec/codec.ts'
import type { Node } from '../graph/node.ts'
import { parentsOf } from '../graph/node.ts'
import { topological } from '../graph/walk.ts'
import type { Job } from '../job.ts'
import { verbOf } from './cut.ts'
import { labelOf } from './label.ts'
import type { AnyService, Plan } from './plan.ts'

export type Shape = 'source' | 'step' | 'store' | 'sink' | 'service' | 'note'

export interface DrawnNode {
  readonly id: string
  readonly shape: Shape
  readonly label: string
}

export interface DrawnEdge {
  readonly from: string
  readonly to: string
  /** `stream`: a log of batches; `step`: from hand to hand; `aside`: nothing flows, it only belongs together. */
  readonly kind: 'stream' | 'step' | 'aside'
  readonly label?: string
}

/** A picture before it is put in a language: what DOT and Mermaid have in common. */
export interface Drawing {
  readonly title: string
  readonly nodes: readonly DrawnNode[]
  readonly groups: readonly { readonly id: string; readonly label: string; readonly nodes: readonly DrawnNode[] }[]
  readonly edges: readonly DrawnEdge[]
}

/** The graph as the user wrote it, node for node. */
export function logical(job: Job): Drawing {
  const graph = topological(job.tails)
  const ids = new Map(graph.map((node, i) => [node, `n${i}`]))
  const idOf = (node: Node) => ids.get(node) as string
  const joins = graph.filter((node) => node.kind === 'join')
  const services = servicesOf(new Set(joins.map(({ slot }) => slot)))
  return {
    title: job.name,
    nodes: [...graph.map((node) => ({ id: idOf(node), shape: shapes[node.kind], label: verbOf(node) })), ...services.nodes],
    groups: [],
    edges: [
      ...graph.flatMap((node) =>
        parentsOf(node).map(
          (parent, i): DrawnEdge =>
            node.kind === 'also' && i === 0
              ? { from: idOf(parent), to: idOf(node), kind: 'aside', label: 'ensured' }
              : { from: idOf(parent), to: idOf(node), kind: 'step' },
        ),
      ),
      ...joins.map((node) => services.edge(node.slot, idOf(node))),
    ],
  }
}

const shapes: Readonly<Record<Node['kind'], Shape>> = {
  source: 'source',
  transform: 'step',
  async: 'step',
  join: 'step',
  merge: 'step',
  sum: 'store',
  write: 'sink',
  also: 'note',
  name: 'note',
}

/** What runs: a group for each stage, streams into it, stores and sinks out of it. */
export function physical(plan: Plan): Drawing {
  const services = servicesOf(plan.services)
  const outside: DrawnNode[] = []
  const places = new Map<string, string>()
  const place = (shape: Shape, name: string, label = name) => {
    const id = `${shape}${outside.length}`
    places.set(name, id)
    outside.push({ id, shape, label })
  }
  for (const { name, from } of plan.streams) if (from === 'source') place('source', name)
  for (const { slot } of plan.stores) place('store', slot.name, `${slot.name}\n${slot.sum.id}`)
  for (const { name } of plan.sinks) place('sink', name)
  const placeOf = (name: string) => places.get(name) as string
  const edges: DrawnEdge[] = []
  const groups = plan.stages.map(({ stream, steps }, g) => {
    const idOf = (at: number) => `stage${g}_${at}`
    const item = plan.streams[g]?.item
    for (const [at, { node, readers }] of steps.entries()) {
      for (const reader of readers) {
        // The first step is the stream itself, which is drawn outside.
        if (at === 0) edges.push({ from: placeOf(stream), to: idOf(reader), kind: 'stream', ...(item && { label: formatOf(item) }) })
        else edges.push({ from: idOf(at), to: idOf(reader), kind: 'step' })
      }
      if (at > 0 && (node.kind === 'sum' || node.kind === 'write'))
        edges.push({ from: idOf(at), to: placeOf(node.slot.name), kind: 'stream' })
      if (node.kind === 'join') edges.push(services.edge(node.slot, idOf(at)))
    }
    const nodes = steps.map((step, at): DrawnNode => ({ id: idOf(at), shape: 'step', label: labelOf(step) })).slice(1)
    return { id: `stage${g}`, label: `stage ${stream}`, nodes }
  })
  return { title: plan.job, nodes: [...outside, ...services.nodes], groups, edges }
}

function servicesOf(slots: Iterable<AnyService>) {
  const ids = new Map([...slots].map((slot, i) => [slot, `service${i}`]))
  return {
    nodes: [...ids].map(([{ name }, id]): DrawnNode => ({ id, shape: 'service', label: name })),
    edge: (slot: AnyService, to: string): DrawnEdge => ({ from: ids.get(slot) as string, to, kind: 'aside' }),
  }
}
