import { expect } from 'vitest'
import { TanagerError } from '../../../core/error.ts'

/** The error of an attempt that must fail with a TanagerError of this code; its message and cause are the test's to check. */
export function refusal(code: 'encode' | 'decode', attempt: () => unknown): TanagerError {
  try {
    attempt()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TanagerError)
    expect((thrown as TanagerError).code).toBe(code)
    return thrown as TanagerError
  }
  return expect.unreachable('nothing was refused')
}
