import { type ErrorCode, type ErrorDetails, messageOf, TanagerError } from '../../error.ts'

/** Why a store has not answered, or has not done what it was asked. */
export class StoreError extends TanagerError {
  override readonly name = 'StoreError'
  /**
   * True if asking again may go well; it is not known then whether a write was done. False if it never will, as for a key
   * that cannot be written.
   */
  readonly retryable: boolean

  constructor(code: ErrorCode, what: string, { retryable, ...details }: ErrorDetails & { readonly retryable: boolean }) {
    super(code, what, details)
    this.retryable = retryable
  }
}

/** What is wrong with the call, and will be the next time. */
const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'encode',
  'decode',
  'overflow',
  'too-long',
  'refused',
  'invalid-option',
  'invalid-binding',
  'unknown-slot',
  'closed',
  'plan-mismatch',
  'store-mismatch',
  'missing-package',
])

/** Whatever was thrown, as a store's error. */
export function storeErrorOf(thrown: unknown): StoreError {
  if (thrown instanceof StoreError) return thrown
  const code = thrown instanceof TanagerError ? thrown.code : 'service'
  return new StoreError(code, messageOf(thrown), { retryable: !lasting.has(code), cause: thrown })
}
