import { none, type Option, some } from 'fp-ts/lib/Option.js'
import type { OpenSource, SourceBatch, SourceReader } from '../source-reader.ts'
import { countOf } from './batch.ts'
import { Bell } from './bell.ts'

/** Records that are given to whoever comes for them, until they are acknowledged. */
export interface MemoryQueue {
  readonly reader: SourceReader
  readonly add: (...records: readonly string[]) => void
  /** There will be no more. */
  readonly end: () => void
  /** How many records are not acknowledged. */
  readonly left: () => number
}

interface Message {
  readonly id: Option<string>
  readonly record: string
}

/** A source that resumes by acknowledgement, in memory: a broker in a few lines. Each record has an id. */
export function memoryQueue(): MemoryQueue {
  let waiting: readonly Message[] = []
  const given = new Map<SourceBatch, readonly Message[]>()
  const bell = new Bell()
  let added = 0
  let ended = false
  const isOver = () => ended && waiting.length === 0 && given.size === 0

  return {
    add: (...records) => {
      waiting = [...waiting, ...records.map((record) => ({ id: some(String(added++)), record }))]
      bell.ring()
    },
    end: () => {
      ended = true
      bell.ring()
    },
    left: () => [...given.values()].reduce((sum, messages) => sum + messages.length, waiting.length),
    reader: {
      resumes: 'acknowledgement',
      open: async ({ batch }): Promise<OpenSource> => {
        const mine = new Set<SourceBatch>()
        let closed = false
        return {
          next: async () => {
            while (!closed && waiting.length === 0 && !isOver()) await bell.rung
            if (closed || waiting.length === 0) return undefined
            const texts = waiting.map(({ record }) => record)
            const messages = waiting.slice(0, countOf(texts, 0, batch))
            waiting = waiting.slice(messages.length)
            const next: SourceBatch = {
              records: messages.map(({ record }) => record),
              ids: messages.map(({ id }) => id),
              position: none,
            }
            given.set(next, messages)
            mine.add(next)
            return next
          },
          acknowledge: async (done) => {
            if (mine.delete(done)) given.delete(done)
            bell.ring()
          },
          close: async () => {
            closed = true
            for (const left of mine) {
              waiting = [...waiting, ...(given.get(left) ?? [])]
              given.delete(left)
            }
            mine.clear()
            bell.ring()
          },
        }
      },
    },
  }
}
