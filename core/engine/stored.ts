import { messageOf, TanagerError } from '../error.ts'
import type { AnyStore } from '../plan/plan.ts'
import type { Stored } from './log.ts'

/** A stored value, read. What cannot be read is said with its place, and stops whoever asked: never taken for something else. */
export function readStored(slot: AnyStore, partition: number, key: string, stored: Stored): unknown {
  const { codec } = slot.sum
  try {
    return codec.binary === undefined ? codec.decode(stored as string) : codec.binary.fromBytes(stored as Uint8Array)
  } catch (cause) {
    throw new TanagerError(
      'decode',
      `the store ${slot.name} holds something unreadable under the key ${JSON.stringify(key)}: ${messageOf(cause)}`,
      {
        where: `partition ${partition}`,
        cause,
        remedy: 'Was it written by something else, or by a newer version of the job?',
      },
    )
  }
}

/** A value as the store keeps it: bytes where its codec has a binary form, else text. */
export function writeStored(slot: AnyStore, value: unknown): Stored {
  const { codec } = slot.sum
  return codec.binary === undefined ? codec.encode(value) : codec.binary.toBytes(value)
}
