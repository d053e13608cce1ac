import type { Arbitrary } from 'fast-check'
import type { TestPlatform } from '../../platform/platform.ts'

/** The laws of every platform, by name. */
export type PlatformLawName = 'platform law' | 'emission law' | 'order law' | 'once law' | 'nothing vanishes'

/** A law, what to try it with, and how to tell whether a run has kept it. */
export interface PlatformLaw<Drawn> {
  readonly law: PlatformLawName
  readonly says: string
  readonly drawn: Arbitrary<Drawn>
  /** @param seed for the platform to draw from */
  readonly judge: (platform: TestPlatform, drawn: Drawn, seed: number) => Promise<Finding>
  /** The job and its inputs, for people. */
  readonly shown: (drawn: Drawn) => string
}

/** What has become of one run. */
export interface Finding {
  /** What is wrong, as sentences; none where the law was kept. */
  readonly faults: readonly string[]
  readonly history?: readonly string[]
}
