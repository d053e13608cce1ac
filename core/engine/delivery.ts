import type { Sink } from '../contract/sink.ts'
import type { AnySink } from '../plan/plan.ts'
import { unframe } from './frame.ts'
import type { EngineParts } from './parts.ts'
import type { Outcome } from './scheduler.ts'

/** Delivers one batch of a sink's stream to what the sink is bound to, under a token that is the same each time. */
export async function runDelivery(
  { log, plan, watch }: EngineParts,
  slot: AnySink,
  sink: Sink<unknown> | undefined,
  sequence: number,
): Promise<Outcome> {
  if (sink === undefined) return { status: 'done' }
  const entry = await log.read(slot.name, sequence)
  if (entry === undefined) return { status: 'done' }
  const items = unframe(entry.payload).map((text) => slot.item.decode(text))
  await watch.wait(sink.write(items, { job: plan.job, sink: slot.name, sequence, id: entry.id }))
  await log.commitSink(slot.name, sequence, entry)
  return { status: 'done' }
}
