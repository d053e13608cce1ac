import { shown } from '../compare/shown.ts'

/**
 * What is wrong with a function or a service:
 * - `impure`: it does not answer the same record the same;
 * - `mutates`: it changes what it is given;
 * - `shared`: it changes what it has answered before;
 * - `promise`: it answers a promise where nobody waits for one;
 * - `service`: a service does not answer the same key the same.
 */
export type FindingKind = 'impure' | 'mutates' | 'shared' | 'promise' | 'service'

/** A function or service that may answer otherwise when it is run again, as it will be after a crash. */
export interface Finding {
  /** The step, as dead letters and plans name it. */
  readonly node: string
  /** The verb the function was given to; `timestamp` of a source, `leftJoin` of a service. */
  readonly verb: string
  readonly kind: FindingKind
  /** The smallest record it was seen with; for a service, the key. */
  readonly record: unknown
  /** The two answers; of what was changed, what it was before and after. Absent where the function threw. */
  readonly first?: unknown
  readonly second?: unknown
  /** All of it on one line, with the remedy. */
  readonly sentence: string
  readonly remedy: string
}

/** Keeps the findings: one of each kind for each function, with the smallest record. */
export class Findings {
  readonly #found = new Map<string, { readonly order: number; readonly finding: Finding; readonly size: number }>()

  /** @param order the place of the function in its job, so that findings come out the same every time */
  add(order: number, finding: Finding): void {
    if (!this.wants(order, finding.kind, finding.record)) return
    this.#found.set(`${order} ${finding.kind}`, { order, finding, size: sizeOf(finding.record) })
  }

  /** Whether a finding with this record would be news. */
  wants(order: number, kind: FindingKind, record: unknown): boolean {
    const known = this.#found.get(`${order} ${kind}`)
    return known === undefined || sizeOf(record) < known.size
  }

  has(order: number, kind: FindingKind): boolean {
    return this.#found.has(`${order} ${kind}`)
  }

  get all(): readonly Finding[] {
    return [...this.#found.values()].sort((a, b) => a.order - b.order).map(({ finding }) => finding)
  }
}

const sizeOf = (record: unknown): number => shown(record).length
