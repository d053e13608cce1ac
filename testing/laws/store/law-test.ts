import type { Arbitrary } from 'fast-check'
import { messageOf } from '../../../core/error.ts'
import { type FastCheck, fastCheck } from '../../fast-check.ts'
import { UnlawfulError } from '../lawful.ts'
import { type Exceptions, type LawSuite, type NamedLaw, suiteOf } from '../suite.ts'

/** How thoroughly to try something that is outside, and which laws not to. */
export interface OutsideOptions<Law extends string> {
  /** What is on trial, for messages. */
  readonly name?: string
  /** How many examples each law is tried with; 50 unless given. */
  readonly runs?: number
  /** The same seed makes the same examples. */
  readonly seed?: number
  /** How long it may take to answer once, in milliseconds; 10 000 unless given. */
  readonly patience?: number
  /** Laws that do not hold, each with the reason. */
  readonly except?: Exceptions<Law>
}

/** A law of something outside. */
export interface OutsideLaw<A, Law extends string = string> {
  readonly law: Law
  /** What it says, for people. */
  readonly says: string
  readonly drawn: (fc: FastCheck) => Arbitrary<A>
  /** @returns what was wrong, if anything was */
  readonly judge: (example: A) => Promise<string | undefined>
}

/** A law, whatever it is tried with. */
export type AnyOutsideLaw<Law extends string = string> = OutsideLaw<never, Law>

/** Leaves it to TypeScript to find out what a law is tried with. */
export const lawOf = <A, Law extends string>(law: OutsideLaw<A, Law>): AnyOutsideLaw<Law> => law as unknown as AnyOutsideLaw<Law>

export function outsideSuite<Law extends string>(
  what: string,
  laws: readonly AnyOutsideLaw<Law>[],
  { name = what, runs = 50, seed, patience = 10_000, except }: OutsideOptions<Law>,
): LawSuite {
  const tests = laws.map((law): NamedLaw => {
    const check = () => checked(name, law as unknown as OutsideLaw<unknown>, { runs, seed, patience })
    return { law: law.law, name: `${law.law}: ${law.says}`, check }
  })
  return suiteOf(what, tests, except)
}

interface Thoroughness {
  readonly runs: number
  readonly seed: number | undefined
  readonly patience: number
}

async function checked<A>(subject: string, { law, drawn, judge }: OutsideLaw<A>, { runs, seed, patience }: Thoroughness): Promise<void> {
  const fc = await fastCheck()
  let smallest: { readonly sentence: string; readonly example: A; readonly cause?: unknown } | undefined
  let deadline = Number.POSITIVE_INFINITY
  const property = fc.asyncProperty(drawn(fc), async (example) => {
    // What is outside may be slow: what is smaller than small is not worth minutes.
    if (Date.now() > deadline) return true
    const found = await judged(() => judge(example), patience)
    if (found === undefined) return true
    smallest = { ...found, example }
    deadline = Math.min(deadline, Date.now() + forShrinking)
    return false
  })
  const tried = await fc.check(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) })
  if (smallest === undefined) {
    // Nothing was judged wrong, and yet it failed: the examples could not be made.
    if (tried.failed) throw tried.errorInstance
    return
  }
  const sentence = `${subject}: ${law}: ${smallest.sentence}`
  const broken = [{ law, sentence, counterexample: [smallest.example] }]
  const error = new UnlawfulError({ subject, held: [], broken, unchecked: [], hints: [], seed: tried.seed }, [sentence])
  throw 'cause' in smallest ? Object.assign(error, { cause: smallest.cause }) : error
}

/** How long a counter-example may be made smaller, in milliseconds. */
const forShrinking = 3000

async function judged(judge: () => Promise<string | undefined>, patience: number) {
  try {
    const sentence = await within(patience, judge())
    return sentence === undefined ? undefined : { sentence }
  } catch (cause) {
    return { sentence: `it failed: ${messageOf(cause)}`, cause }
  }
}

/** A promise that rejects if it takes too long. */
async function within<A>(milliseconds: number, promise: Promise<A>): Promise<A> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
