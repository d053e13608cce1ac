import type { AnySlot } from '../../../core/slot/slot.ts'
import type { Outcome } from '../../platform/platform.ts'

/** Of each record of a source that was refused, by which step: this, too, is the same on every platform. */
export function refusals(
  { slots }: { readonly slots: ReadonlyMap<string, AnySlot> },
  { deadLetters }: { readonly deadLetters: readonly Pick<Outcome['deadLetters'][number], 'stream' | 'node' | 'record'>[] },
): readonly string[] {
  return deadLetters
    .filter(({ stream }) => slots.get(stream)?.kind === 'source')
    .map(({ stream, node, record }) => `${stream} ${node} ${record}`)
    .sort()
}
