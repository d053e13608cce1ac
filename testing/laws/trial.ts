import type { Arbitrary, IPropertyWithHooks } from 'fast-check'
import { messageOf } from '../../core/error.ts'
import { shown } from '../compare/shown.ts'
import type { FastCheck } from '../fast-check.ts'
import { type Law, refused, type Verdict } from './law.ts'
import type { BrokenLaw, HeldLaw, Report, UncheckedLaw } from './report.ts'

/** How thoroughly to check. */
export interface CheckOptions {
  /** How many values, pairs or triples each law is tried with; 1000 unless given. */
  readonly runs?: number
  /** The same seed makes the same values. */
  readonly seed?: number
  /** How long all of it may take; 4 unless given, so that it fits into a test. */
  readonly seconds?: number
}

/** Tries laws one after the other, in the time there is. */
export class Trial {
  readonly #fc: FastCheck
  readonly #subject: string
  readonly #runs: number
  readonly #seed: number
  readonly #deadline: number
  readonly #held: HeldLaw[] = []
  readonly #broken: BrokenLaw[] = []
  readonly #unchecked: UncheckedLaw[] = []
  readonly #notes: string[] = []
  readonly #doubts: string[] = []
  readonly #praise: string[] = []

  constructor(fc: FastCheck, subject: string, { runs = 1000, seed, seconds = 4 }: CheckOptions) {
    this.#fc = fc
    this.#subject = subject
    this.#runs = runs
    this.#seed = seed ?? Math.floor(Math.random() * 2 ** 31)
    this.#deadline = Date.now() + seconds * 1000
  }

  get report(): Report {
    return {
      subject: this.#subject,
      held: this.#held,
      broken: this.#broken,
      unchecked: this.#unchecked,
      // Whoever has a law to mend has no use for praise, and whoever has none, for doubts.
      hints: [...this.#notes, ...(this.#broken.length > 0 ? this.#doubts : this.#praise)],
      seed: this.#seed,
    }
  }

  /** @param more how many laws will come after these, with which they share the time */
  try<A>(laws: readonly Law<A>[], values: Arbitrary<A>, plain: (value: A) => unknown = (value) => value, more = 0): void {
    for (const [i, law] of laws.entries()) {
      // Most laws need a moment only: what is left by them is for those that need more.
      const time = (this.#deadline - Date.now()) / Math.min(laws.length - i + more, 4)
      const wasBroken = this.#tryOne(law, values, plain, Math.max(1, time))
      const others = laws.slice(i + 1).filter(({ declared }) => declared !== false)
      if (!(wasBroken && law.first)) continue
      if (others.length > 0) this.leave(others.map(({ name }) => name).join(', '), `nothing can be said before it is ${law.name}`)
      return
    }
  }

  leave(law: string, reason: string, remedy?: string): void {
    this.#unchecked.push({ law, reason, ...(remedy === undefined ? {} : { remedy }) })
  }

  /** What may be the reason that a law seems broken. */
  doubt(text: string): void {
    this.#doubts.push(text)
  }

  note(text: string): void {
    this.#notes.push(text)
  }

  #tryOne<A>(law: Law<A>, values: Arbitrary<A>, plain: (value: A) => unknown, milliseconds: number): boolean {
    let last: { readonly sentence: string; readonly values: readonly A[] } | undefined
    let rounded: string | undefined
    let answered = 0
    const seen = new Set<string>()
    let error: unknown
    const property = propertyOf(this.#fc, law, values, (all) => {
      const verdict = judged(law, all)
      if (verdict.kind === 'broken') {
        last = { sentence: verdict.sentence, values: all }
        return false
      }
      if (verdict.kind === 'refused') error = verdict.error
      else {
        answered += 1
        if (law.declared === false && seen.size < few) seen.add(all.map((value) => shown(plain(value))).join())
      }
      if (verdict.kind === 'rounded') rounded ??= oneLine(verdict.sentence)
      return true
    })
    let runs = 0
    let failed = false
    const end = Date.now() + milliseconds
    // Some at a time, and the first of them in any case: a machine that is busy must not let a broken law pass.
    do {
      const tried = this.#fc.check(property, {
        seed: this.#seed + runs,
        numRuns: Math.min(atOnce, this.#runs - runs),
        interruptAfterTimeLimit: milliseconds + patience,
        markInterruptAsFailure: false,
      })
      failed = tried.failed
      runs += tried.numRuns
    } while (!failed && runs < this.#runs && Date.now() < end)
    // What was judged last as broken is the smallest: each smaller example is tried because a larger one was.
    if (failed && last !== undefined) {
      if (law.declared === false) return false
      const counterexample = last.values.map((value) => attempt(() => plain(value)))
      this.#broken.push({ law: law.name, sentence: oneLine(`${this.#subject}: ${last.sentence}`), counterexample })
      return true
    }
    if (law.declared === false) {
      if (answered >= few && seen.size >= few) this.#praise.push(hintOf(law.name, runs))
    } else if (answered > 0) this.#held.push({ law: law.name, runs, ...(rounded === undefined ? {} : { rounded }) })
    else this.leave(law.name, `each of ${runs} tries was refused, the last one with: ${oneLine(messageOf(error))}`)
    return false
  }
}

const atOnce = 100
/** For a counter-example that is being made smaller, in milliseconds. */
const patience = 2000

/** What has held for fewer different values may have held by chance. */
const few = 10

function judged<A>(law: Law<A>, values: readonly A[]): Verdict {
  try {
    return law.judge(...values)
  } catch (error) {
    return refused(error)
  }
}

function propertyOf<A>(
  fc: FastCheck,
  { values: count }: Law<A>,
  values: Arbitrary<A>,
  test: (all: readonly A[]) => boolean,
): IPropertyWithHooks<[readonly A[]]> {
  const all =
    typeof count === 'number'
      ? fc.tuple(...Array.from({ length: count }, () => values))
      : fc.array(values, { minLength: count.atLeast, maxLength: count.atMost, size: 'max' })
  return fc.property(all as Arbitrary<readonly A[]>, test) as IPropertyWithHooks<[readonly A[]]>
}

const oneLine = (text: string): string => text.replaceAll(/\s*[\n\r]\s*/g, ' ')

function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch (thrown) {
    return thrown
  }
}

function hintOf(law: string, runs: number): string {
  return `${law} in ${runs} runs, and not declared so: if it always is, declare ${law}: true${law === 'commutative' ? ', and its store is merged without waiting for its turn' : ''}`
}
