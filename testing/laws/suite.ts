import { TanagerError } from '../../core/error.ts'

/** A law as a test: whatever runs it calls `check`, and fails where that rejects. */
export interface LawTest {
  /** For people: which law it is and what it says. */
  readonly name: string
  /** Rejects with an `UnlawfulError` where the law is broken. */
  readonly check: () => Promise<void>
}

/**
 * Laws as tests, for any runner:
 *
 * ```ts
 * import { test } from 'node:test'
 * import { memory } from 'tanager/memory'
 * import { platformLaws, type TestPlatform } from 'tanager/testing'
 *
 * const mine: TestPlatform = {
 *   name: 'mine',
 *   run: (job, inputs) => memory().on(job).run(inputs as never),
 * }
 * for (const { name, check } of await platformLaws(mine, { runs: 10 })) test(name, check)
 * ```
 */
export type LawSuite = readonly LawTest[]

/** Laws that are left out, each with the reason why it does not hold: who reads the test is to know what is not promised. */
export type Exceptions<Law extends string = string> = { readonly [law in Law]?: string }

/** A test, and the name by which its law may be left out. */
export interface NamedLaw extends LawTest {
  readonly law: string
}

/**
 * All laws but the exceptions.
 *
 * @throws TanagerError `invalid-option` for an exception to a law that there is not, or one without a reason
 */
export function suiteOf(what: string, laws: readonly NamedLaw[], except: Exceptions = {}): LawSuite {
  const known = laws.map(({ law }) => law)
  for (const [law, reason] of Object.entries(except)) {
    if (!known.includes(law)) {
      throw new TanagerError('invalid-option', `${what}: except names a law that there is not`, {
        value: law,
        allowed: known.map((each) => `'${each}'`).join(', '),
      })
    }
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new TanagerError('invalid-option', `${what}: the exception to '${law}' gives no reason`, {
        value: reason,
        allowed: `a sentence that says why it does not hold here; the laws are ${known.map((each) => `'${each}'`).join(', ')}`,
      })
    }
  }
  return laws.filter(({ law }) => !Object.hasOwn(except, law)).map(({ name, check }) => ({ name, check }))
}
