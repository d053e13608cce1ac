import type { Encoded } from 'tanager'
import { textsOf } from '../../../core/contract/encoded.ts'

/** The smallest thing that keeps records as a deployed job does: in order, and once for each writer and number. */
export interface Kept {
  readonly records: string[]
  readonly sends: { readonly writer: string | undefined; readonly records: number }[]
  /** How many sends have begun. */
  begun: number
  /** Thrown by the next sends, if there. */
  fault: Error | undefined
  /** Awaited by each send. */
  hold: Promise<void>
  readonly send: (
    source: string,
    records: Encoded,
    options: { readonly timeout: number; readonly writer?: string; readonly sequence?: number },
  ) => Promise<Record<string, number>>
}

export function kept(): Kept {
  const given = new Map<string, number>()
  const it: Kept = {
    records: [],
    sends: [],
    begun: 0,
    fault: undefined,
    hold: Promise.resolve(),
    send: async (source, records, { writer, sequence }) => {
      it.begun += 1
      const texts: string[] = []
      for await (const some of textsOf(records, 100)) texts.push(...some)
      await it.hold
      if (it.fault !== undefined) throw it.fault
      const name = `${source} ${writer} ${sequence}`
      const before = writer === undefined ? undefined : given.get(name)
      if (before !== undefined) return { [source]: before }
      it.records.push(...texts)
      it.sends.push({ writer, records: texts.length })
      given.set(name, it.sends.length)
      return { [source]: it.sends.length }
    },
  }
  return it
}
