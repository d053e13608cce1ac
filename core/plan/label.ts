import { verbOf } from './cut.ts'
import type { Step } from './plan.ts'

/** A step as people see it: its name and, where the user gave that, also what it does. */
export function labelOf({ id, node }: Step): string {
  const verb = verbOf(node)
  const label = isVerb(id, verb) ? id : `${id}: ${verb}`
  return node.kind === 'async' ? `${label}, ${node.concurrency} at a time` : label
}

const isVerb = (id: string, verb: string) => id === verb || id.startsWith(`${verb}#`)
