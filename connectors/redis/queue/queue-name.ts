import { invalid, mustBeText } from '../given.ts'

/** BullMQ's own rules for a queue and its prefix. */
export function mustBeQueue(what: string, queue: unknown, prefix: unknown): void {
  mustBeText(what, 'queue', queue)
  if ((queue as string).includes(':')) throw invalid(what, 'queue', queue, 'a name without colons')
  mustBeText(what, 'prefix', prefix)
}
