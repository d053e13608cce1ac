import type { Aggregation } from 'tanager'
import { type AggregationOptions, assertLawful, checkAggregation } from 'tanager/testing'
import { expect, it } from 'vitest'

/** An aggregation that comes with tanager, and what to try it with. */
export interface Instance {
  readonly id: string
  readonly aggregation: Aggregation<never, never, unknown>
  readonly options: AggregationOptions<never, never>
}

export function instance<V, In, Out>(aggregation: Aggregation<V, In, Out>, options: AggregationOptions<V, In> = {}): Instance {
  // Exactly: no digit is forgiven, unless an instance promises less.
  return { id: aggregation.id, aggregation, options: { tolerance: 0, ...options } } as unknown as Instance
}

export function keepTheLaws(instances: readonly Instance[]): void {
  it.each(instances)('$id', async ({ aggregation, options }) => {
    const report = await checkAggregation(aggregation, { ...options, seed: 1, runs: 1000, seconds: 60 })
    assertLawful(report)
    for (const { law, runs } of report.held) expect(runs, law).toBe(1000)
  })
}
