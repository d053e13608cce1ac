import type { Aggregation } from '../../core/algebra/aggregation.ts'
import type { Codec } from '../../core/codec/codec.ts'
import type { Job } from '../../core/job.ts'
import { concatLaws } from '../laws/aggregation/concat.ts'
import { concatManyLaws } from '../laws/aggregation/concat-many.ts'
import { presentLaw } from '../laws/aggregation/ends.ts'
import { operandOf } from '../laws/aggregation/operand.ts'
import { Subject } from '../laws/aggregation/subject.ts'
import { codecLaws } from '../laws/codec/laws.ts'
import type { Law } from '../laws/law.ts'
import type { Material } from './material.ts'
import { see } from './seen.ts'

/** So many different values of anything are put to its laws: of these, every pair and every triple. */
const most = 8

/**
 * Which of a job's aggregations and codecs keep no law, judged by the very values that went through it: this is where most
 * jobs go wrong whose result depends on how they are run. A sentence each.
 *
 * @param judged of which stores the aggregation is judged
 */
export async function causesOf(job: Job, material: Material, judged: (slot: string) => boolean): Promise<readonly string[]> {
  const values = new Values()
  await see(job, material, {
    item: (slot, item, text) => {
      const found = job.slots.get(slot)
      if (found !== undefined && 'item' in found) values.keep(`${found.kind} ${slot}`, found.item, item, text)
    },
    key: ({ name, key: codec }, key, text) => values.keep(`keys of store ${name}`, codec, key, text),
    delta: ({ name, sum }, delta, written) => {
      if (judged(name)) values.keep(`store ${name}`, sum, delta, JSON.stringify(written))
      values.keep(`values of store ${name}`, sum.codec, delta, JSON.stringify(written))
    },
  })
  return values.seen.flatMap(({ at, of, values }) => {
    const sentence = 'semigroup' in of ? aggregationFault(of, values) : codecFault(of, values)
    return sentence === undefined ? [] : [`${at}: ${sentence}`]
  })
}

// biome-ignore-start lint/suspicious/noExplicitAny: slots erased; codecs and aggregations are invariant in their types.
type Judged = Codec<any> | Aggregation<any, any, any>
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** The first few different values of each place. */
class Values {
  readonly #places = new Map<string, { readonly of: Judged; readonly values: Map<string, unknown> }>()

  keep(at: string, of: Judged, value: unknown, text: string): void {
    let place = this.#places.get(at)
    if (place === undefined) {
      place = { of, values: new Map() }
      this.#places.set(at, place)
    }
    if (place.values.size < most && !place.values.has(text)) place.values.set(text, value)
  }

  get seen() {
    return [...this.#places].map(([at, { of, values }]) => ({ at, of, values: [...values.values()] }))
  }
}

function aggregationFault(aggregation: Aggregation<unknown, unknown, unknown>, values: readonly unknown[]): string | undefined {
  const subject = new Subject<unknown>(aggregation as Aggregation<unknown, never, unknown>, {})
  const { concatMany } = aggregation
  const laws = [
    ...concatLaws(subject),
    ...(concatMany === undefined ? [] : concatManyLaws(subject, concatMany)),
    presentLaw(subject),
  ].filter(({ declared }) => declared !== false)
  const fault = brokenBy(laws, values.map(operandOf))
  return fault === undefined ? undefined : `aggregation ${aggregation.id}: ${fault}`
}

function codecFault(codec: Codec<unknown>, values: readonly unknown[]): string | undefined {
  const fault = brokenBy(codecLaws(codec), values)
  return fault === undefined ? undefined : `codec ${codec.id}: ${fault}`
}

function brokenBy<A>(laws: readonly Law<A>[], values: readonly A[]): string | undefined {
  for (const law of laws) {
    const count = typeof law.values === 'number' ? law.values : Math.min(3, law.values.atMost)
    for (const some of tuples(values, count)) {
      try {
        const verdict = law.judge(...some)
        if (verdict.kind === 'broken') return verdict.sentence
      } catch {
        // What throws is a dead letter on every platform, and the same one.
      }
    }
  }
  return undefined
}

function* tuples<A>(values: readonly A[], count: number): Generator<readonly A[]> {
  if (count === 0) yield []
  else for (const rest of tuples(values, count - 1)) for (const value of values) yield [...rest, value]
}
