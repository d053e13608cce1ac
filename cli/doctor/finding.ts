export type Level = 'good' | 'warning' | 'bad'

/** One thing that was examined. */
export interface Finding {
  /** What was examined: the same words every time. */
  readonly check: string
  readonly level: Level
  /** How it is. */
  readonly found: string
  /** What can come of it. */
  readonly why?: string
  /** What to do about it. */
  readonly remedy?: string
}

/** What to say of a finding that is not as it should be. */
interface Words {
  readonly found: string
  readonly why: string
  readonly remedy: string
}

export const good = (check: string, found: string, more: Pick<Finding, 'why' | 'remedy'> = {}): Finding => ({
  check,
  level: 'good',
  found,
  ...more,
})

export const warning = (check: string, words: Words): Finding => ({ check, level: 'warning', ...words })

export const bad = (check: string, words: Words): Finding => ({ check, level: 'bad', ...words })
