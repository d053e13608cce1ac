import { shown } from '../compare/shown.ts'
import { askedOf, type Call, type Cause, causeOf, keepInStores, seeds } from './cause.ts'
import type { Finding, FindingKind, Findings } from './finding.ts'
import { type Fresh, freshOf } from './fresh.ts'
import { alike, type Outcome, sameOutcome, told } from './outcome.ts'
import { portraitOf } from './portrait.ts'
import { moves, Setting } from './setting.ts'
import { nowOf } from './world.ts'

/** Where a function stands in its job. */
export interface Place {
  readonly order: number
  readonly node: string
  readonly verb: string
  /** As in `map·filter: map(toPair)`. */
  readonly name: string
  /** What the function is given: a record, or the key, value or time of one. */
  readonly noun: string
}

/** How often a suspicion may turn out to be none, before it is no longer looked into. */
const patience = 3

/** One function on trial: what is remembered of it from call to call. */
export class Subject {
  readonly #place: Place
  readonly #waits: boolean
  readonly #findings: Findings
  readonly #calls: number
  #called = 0
  #cause: Cause | undefined
  #cleared = 0
  /** The last answer, which a later call must leave alone. */
  #last: Outcome | undefined
  #earliest: { readonly record: unknown; readonly outcome: Outcome } | undefined

  /**
   * @param waits whether it answers promises, and may be refused by what it waits for
   * @param calls for how many records it is looked at
   */
  constructor(place: Place, waits: boolean, calls: number, findings: Findings) {
    this.#place = place
    this.#waits = waits
    this.#calls = calls
    this.#findings = findings
  }

  /** Whether this call is to be looked at. */
  get isWatched(): boolean {
    return this.#called < this.#calls
  }

  /** Asks for calls, is answered what came of them, and ends with what came of the first, which is what counts. */
  *watch(argument: unknown): Generator<Call, Outcome, Outcome> {
    const call = this.#called++
    const given = seen(argument)
    // What can be read but once is used up by the first call.
    if (given === undefined || given.once) return yield { argument }
    const record = given.copy
    const now = nowOf()
    const last = this.#last
    const before = last && seen(last.live)
    const first = yield { argument }

    if (first.promise) {
      this.#find('promise', record, {}, `answers a promise to the ${this.#place.noun} ${given.text()}`, useMapAsync)
      return first
    }
    const after = seen(argument)
    const mutated = after !== undefined && !alike(given.portrait, after.portrait)
    if (mutated) {
      const sentence = `mutates its argument: ${given.text()} became ${after.text()}`
      this.#find('mutates', record, { first: record, second: after.copy }, sentence, copyFirst)
      // There is no record left as it was.
      if (given.shares) return first
    }
    // What it waits for may fail now and then: that is why batches are tried again.
    if (this.#waits && first.threw !== undefined) return first
    // What somebody else had changed by then is not this function's doing.
    if (last !== undefined && before !== undefined && alike(last.portrait, before.portrait) && this.#changes(record, last)) {
      this.#last = undefined
      return first
    }

    const choice = { move: call % moves.length, seed: 1 + (call % seeds) }
    const second = yield { argument: freshOf(record).value, setting: new Setting(now, choice) }
    // The job goes on with the answer as it would be had there been no second call.
    if (this.#changes(record, first)) return { ...first, handed: first.answer }
    // While a function waits, others run on what it has answered before.
    this.#last = 'live' in first && !this.#waits ? first : undefined
    if (!sameOutcome(first, second) && !(this.#waits && second.threw !== undefined)) {
      if (this.#cause === undefined && this.#cleared < patience) {
        const fresh = () => freshOf(record).value
        const original = () => (mutated ? fresh() : argument)
        this.#cause = yield* causeOf({ now, first, second, choice, argument: original, fresh, shares: given.shares })
        if (this.#cause === undefined) this.#cleared += 1
      }
      if (this.#cause !== undefined) this.#differ(record, given.text(), first, second, 'then', this.#cause)
    } else if (call === 0 && !given.shares && !this.#waits) this.#earliest = { record, outcome: first }
    else yield* this.#askAgain(call)
    return first
  }

  /** Whether an answer is not any more what it was when it was given; then that is found. */
  #changes(record: unknown, outcome: Outcome): boolean {
    const by = 'live' in outcome ? seen(outcome.live) : undefined
    if (by === undefined || alike(outcome.portrait, by.portrait)) return false
    const sentence = `answers the same object again and changes it: ${outcome.text?.()} became ${by.text()}`
    this.#find('shared', record, { first: outcome.answer, second: by.copy }, sentence, answerNew)
    return true
  }

  /** Now and then, more and more seldom, the first record again: what one function keeps another may read. */
  *#askAgain(call: number): Generator<Call, void, Outcome> {
    if (this.#earliest === undefined || (call & (call - 1)) !== 0 || this.#findings.has(this.#place.order, 'impure')) return
    const { record, outcome } = this.#earliest
    const again = yield { argument: freshOf(record).value }
    if (sameOutcome(outcome, again)) return
    // Who seldom draws otherwise has not been found out by any of the second calls.
    const setting = new Setting(nowOf(), { seed: 0 })
    yield { argument: freshOf(record).value, setting, depth: 'imports' }
    const cause = askedOf(setting) ?? { why: 'what it reads is changed by something else', remedy: keepInStores }
    this.#differ(record, shown(record), outcome, again, 'later', cause)
  }

  #differ(record: unknown, text: string, first: Outcome, second: Outcome, when: string, { why, remedy }: Cause): void {
    const { noun } = this.#place
    const [one, other] = [told(first), told(second)]
    // The verb once, where it is the same.
    const again = first.threw === undefined && second.threw === undefined ? other.replace(/^answers /, '') : other
    this.#find('impure', record, data(first, second), `${one}, ${when} ${again}, to the same ${noun} ${text}: ${why}`, remedy)
  }

  #find(kind: FindingKind, record: unknown, answers: Pick<Finding, 'first' | 'second'>, what: string, remedy: string): void {
    const { order, node, verb, name } = this.#place
    const { first, second } = answers
    const both = { ...('first' in answers && { first }), ...('second' in answers && { second }) }
    this.#findings.add(order, { node, verb, kind, record, ...both, sentence: `${name} ${what}. ${remedy}`, remedy })
  }
}

const useMapAsync = 'Wait for it in mapAsync or flatMapAsync.'
const copyFirst = 'Copy what is to be changed, as in [...list].sort(): other steps are given the same object.'
const answerNew = 'Make a new one for each answer: what was answered before may still be on its way.'

const data = (first: Outcome, second: Outcome): Pick<Finding, 'first' | 'second'> => ({
  ...(first.threw === undefined && { first: first.answer }),
  ...(second.threw === undefined && { second: second.answer }),
})

/** A value as it is now, to compare and to copy; nothing where it cannot be looked at. */
function seen(value: unknown): (Omit<Fresh, 'value'> & { readonly copy: unknown; readonly portrait: unknown }) | undefined {
  try {
    const { value: copy, ...fresh } = freshOf(value)
    return { ...fresh, copy, portrait: portraitOf(value) }
  } catch {
    return undefined
  }
}
