import { TanagerError } from '../error.ts'
import type { Job } from '../job.ts'
import type { SlotKind } from '../slot/slot.ts'

/** The same bindings, without what every object has: a slot may be called `toString`. */
export const ownOf = (bindings: object): Readonly<Record<string, unknown>> =>
  Object.assign(Object.create(null) as Record<string, unknown>, bindings)

/** What the types say, for callers without types: everything needed is bound, and nothing unknown. */
export function checkBindings(job: Job, bindings: Readonly<Record<string, unknown>>, required: readonly SlotKind[]): void {
  const names = [...job.slots.keys()]
  for (const name of Object.keys(bindings)) {
    if (job.slots.has(name)) continue
    throw new TanagerError('unknown-slot', `job ${job.name} has no slot ${name}`, { allowed: names.join(', ') })
  }
  for (const [name, { kind }] of job.slots) {
    if (!required.includes(kind) || (Object.hasOwn(bindings, name) && bindings[name] !== undefined)) continue
    throw new TanagerError('missing-binding', `job ${job.name}: the ${kind} ${name} is not bound`, {
      remedy: `Give it one: { ${name}: … }.`,
    })
  }
}
