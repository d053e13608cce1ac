import { UnlawfulError } from 'tanager/testing'
import type { LawSuite } from '../../../../testing/laws/suite.ts'

/** The laws of a suite that do not hold, and what is said of each. */
export async function failing(suite: LawSuite): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const { name, check } of suite) {
    try {
      await check()
    } catch (error) {
      if (!(error instanceof UnlawfulError)) throw error
      found[name.slice(0, name.indexOf(':'))] = error.message
    }
  }
  return found
}
