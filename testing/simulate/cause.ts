import type { Aggregation } from '../../core/algebra/aggregation.ts'
import type { Codec } from '../../core/codec/codec.ts'
import { messageOf } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import { same } from '../compare/same.ts'
import { shown } from '../compare/shown.ts'
import { concatLaws } from '../laws/aggregation/concat.ts'
import { concatManyLaws } from '../laws/aggregation/concat-many.ts'
import { presentLaw } from '../laws/aggregation/ends.ts'
import { type Operand, operandOf } from '../laws/aggregation/operand.ts'
import { Subject } from '../laws/aggregation/subject.ts'
import { codecLaws } from '../laws/codec/laws.ts'
import { broken, holds, type Law, type Verdict } from '../laws/law.ts'
import { Setting } from '../purity/setting.ts'
import { nowOf, under } from '../purity/world.ts'
import type { Material } from './material.ts'
import { see } from './seen.ts'
import { shortened } from './story.ts'

/** So many different values of anything are put to its laws, and as many of those that were merged: of these, every pair and triple. */
const most = 5

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
    total: ({ name, sum }, total) => {
      if (judged(name)) values.keepMerged(`store ${name}`, sum, total)
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

interface Place {
  readonly of: Judged
  readonly values: Map<string, unknown>
  readonly merged: unknown[]
}

/** The first few different values of each place. */
class Values {
  readonly #places = new Map<string, Place>()

  keep(at: string, of: Judged, value: unknown, text: string): void {
    const { values } = this.#place(at, of)
    if (values.size < most && !values.has(text)) values.set(text, value)
  }

  keepMerged(at: string, of: Judged, value: unknown): void {
    const { merged } = this.#place(at, of)
    if (merged.length < most) merged.push(value)
  }

  get seen() {
    return [...this.#places].map(([at, { of, values, merged }]) => ({ at, of, values: [...values.values(), ...merged] }))
  }

  #place(at: string, of: Judged): Place {
    const known = this.#places.get(at)
    if (known !== undefined) return known
    const place: Place = { of, values: new Map(), merged: [] }
    this.#places.set(at, place)
    return place
  }
}

function aggregationFault(aggregation: Aggregation<unknown, unknown, unknown>, values: readonly unknown[]): string | undefined {
  const subject = new Subject<unknown>(aggregation as Aggregation<unknown, never, unknown>, {})
  const { concatMany } = aggregation
  const laws = [
    ...concatLaws(subject),
    ...lopsidedLaws(aggregation),
    ...(concatMany === undefined ? [] : concatManyLaws(subject, concatMany)),
    presentLaw(subject),
    timelessLaw(aggregation),
  ].filter(({ declared }) => declared !== false)
  const told = (value: unknown): Operand<unknown> => ({ ...operandOf(value), text: () => subject.told(value) })
  const fault = brokenBy(laws, values.map(told))
  return fault === undefined ? undefined : `aggregation ${aggregation.id}: ${shortened(fault, longest)}`
}

function codecFault(codec: Codec<unknown>, values: readonly unknown[]): string | undefined {
  const fault = brokenBy(codecLaws(codec), values)
  return fault === undefined ? undefined : `codec ${codec.id}: ${fault}`
}

const longest = 300

/** What is merged and shown must not depend on when that is done: `presentLaw` asks twice in the same moment. */
function timelessLaw({ semigroup: { concat }, present }: Aggregation<unknown, unknown, unknown>): Law<Operand<unknown>> {
  const elsewhen = <A>(call: () => A): A => under(new Setting(nowOf(), { move: 0, seed: 1 }), 'globals', call)
  return {
    name: 'the same at any time',
    values: 2,
    judge: (a, b) => {
      const total = () => present(concat(a.make(), b.make()))
      const [now, later] = [total(), elsewhen(total)]
      if (same(now, later)) return holds
      const what = `present(concat(${a.text()}, ${b.text()}))`
      return broken(`asks the clock, or draws at random: ${what} is ${shown(now)}, and at another time ${shown(later)}`)
    },
  }
}

/** A merge that throws one way round and not the other refuses records on one day and takes them on the next. */
function lopsidedLaws({ semigroup: { concat }, commutative }: Aggregation<unknown, unknown, unknown>): readonly Law<Operand<unknown>>[] {
  const judged = (left: () => unknown, right: () => unknown, texts: readonly [string, string]): Verdict => {
    const [a, b] = [outcomeOf(left), outcomeOf(right)]
    return a.threw === b.threw ? holds : broken(`throws one way and not the other: ${texts[0]} ${a.text}, ${texts[1]} ${b.text}`)
  }
  const associative: Law<Operand<unknown>> = {
    name: 'throws whatever the grouping',
    values: 3,
    judge: (a, b, c) => {
      const [x, y, z] = [a.text(), b.text(), c.text()]
      return judged(
        () => concat(concat(a.make(), b.make()), c.make()),
        () => concat(a.make(), concat(b.make(), c.make())),
        [`concat(concat(${x}, ${y}), ${z})`, `concat(${x}, concat(${y}, ${z}))`],
      )
    },
  }
  const commutes: Law<Operand<unknown>> = {
    name: 'throws whatever the order',
    values: 2,
    judge: (a, b) => {
      const [x, y] = [a.text(), b.text()]
      return judged(
        () => concat(a.make(), b.make()),
        () => concat(b.make(), a.make()),
        [`concat(${x}, ${y})`, `concat(${y}, ${x})`],
      )
    },
  }
  return commutative ? [commutes, associative] : [associative]
}

function outcomeOf(run: () => unknown): { readonly threw: boolean; readonly text: string } {
  try {
    return { threw: false, text: `is ${shown(run())}` }
  } catch (thrown) {
    return { threw: true, text: `throws ${JSON.stringify(messageOf(thrown))}` }
  }
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
