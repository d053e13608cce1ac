import type { LogParts } from './parts.ts'
import type { Scene } from './scene.ts'

/** One thing that every log does. */
export interface LogLaw {
  readonly says: string
  /** Where there is little room. */
  readonly small: Partial<LogParts['room']>
  readonly act: (scene: Scene) => Promise<void>
}

/** Laws about one step, or one matter. */
export interface LogLaws {
  readonly about: string
  readonly laws: readonly LogLaw[]
}

type Act = LogLaw['act']

/** @param small how little room there is, where the law is about that */
export function law(says: string, small: LogLaw['small'], act: Act): LogLaw
export function law(says: string, act: Act): LogLaw
export function law(says: string, ...rest: readonly [Act] | readonly [LogLaw['small'], Act]): LogLaw {
  return rest.length === 1 ? { says, small: {}, act: rest[0] } : { says, small: rest[0], act: rest[1] }
}
