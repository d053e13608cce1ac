import type { Choices } from './choices.ts'
import { sumExact, writeExact } from './exact/outputs.ts'
import { type Flow, isKeyed } from './flow.ts'
import { writeChanges } from './folded/changes.ts'
import { sumFolded, writeFolded } from './folded/folded.ts'
import type { Program } from './program.ts'

/** Gives every open end an output, or leaves it ensured by another tail though it leads nowhere, or out. */
export function close(program: Program, choices: Choices): readonly Flow[] {
  const tails: Flow[] = []
  for (const flow of program.unread) {
    // A sum is an output by itself; mostly what it passes on is looked at too.
    if (flow.ended && (flow.kind !== 'changes' || choices.once(3))) tails.push(flow)
    else if (!flow.ended && tails.length > 0 && choices.once(8)) {
      const tail = tails.pop() as Flow
      const [name, producer] = [program.fresh('x'), flow.producer.also(tail.producer)]
      program.declare(name, `${flow.name}.also(${tail.name})`)
      tails.push({ ...tail, name, producer })
    } else if (flow.ended || tails.length === 0 || !choices.once(8)) {
      end(program, flow, choices)
      tails.push(program.flows.at(-1) as Flow)
    }
  }
  return tails
}

function end(program: Program, flow: Flow, choices: Choices): void {
  const sums = choices.once(2)
  if (flow.kind === 'changes') writeChanges(program, flow)
  else if (flow.kind === 'folded') sums && flow.depth < 3 ? sumFolded(program, flow, choices) : writeFolded(program, flow)
  else if (isKeyed(flow) && sums && flow.depth < 3) sumExact(program, flow, choices)
  else writeExact(program, flow, choices)
}
