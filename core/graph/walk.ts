import { type Node, parentsOf, withParents } from './node.ts'

/** Every node the given ones stand on, and they themselves: each once, parents before children, left before right, so that plans come out the same every time. */
export function topological(tails: readonly Node[]): readonly Node[] {
  const order: Node[] = []
  const done = new Set<Node>()
  // An explicit stack: a graph of ten thousand steps must not overflow the call stack.
  const stack: { readonly node: Node; next: number }[] = []
  for (const tail of tails) {
    if (!done.has(tail)) stack.push({ node: tail, next: 0 })
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { readonly node: Node; next: number }
      const parent = parentsOf(top.node)[top.next++]
      if (parent === undefined) {
        stack.pop()
        if (!done.has(top.node)) {
          done.add(top.node)
          order.push(top.node)
        }
      } else if (!done.has(parent)) stack.push({ node: parent, next: 0 })
    }
  }
  return order
}

/** Who reads a node: the reverse of `parentsOf`. A node that reads another twice (`a.merge(a)`) stands there twice. */
export function readersOf(tails: readonly Node[]): ReadonlyMap<Node, readonly Node[]> {
  const readers = new Map<Node, Node[]>()
  for (const node of topological(tails)) {
    readers.set(node, [])
    for (const parent of parentsOf(node)) readers.get(parent)?.push(node)
  }
  return readers
}

/** Rebuilds a graph from its leaves: `change` sees each node once, over parents already changed, and sharing is kept. */
export function rewrite(tails: readonly Node[], change: (node: Node, original: Node) => Node): readonly Node[] {
  const changed = new Map<Node, Node>()
  for (const node of topological(tails)) {
    const parents = parentsOf(node).map((parent) => changed.get(parent) as Node)
    changed.set(node, change(withParents(node, parents), node))
  }
  return tails.map((tail) => changed.get(tail) as Node)
}
