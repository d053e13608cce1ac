import type { Codec } from '../../../core/codec/codec.ts'
import { formatOf } from '../../../core/codec/codec.ts'
import { fastCheck } from '../../fast-check.ts'
import { madeOf } from '../../values/codec.ts'
import { givenValues, type Values } from '../../values/given.ts'
import type { Report } from '../report.ts'
import { type CheckOptions, Trial } from '../trial.ts'
import { codecLaws, formatLaw } from './laws.ts'

/** What to check a codec with. */
export interface CodecOptions<A> extends CheckOptions {
  readonly values?: Values<A>
  /** When two values are the same; unless given, when they hold the same data. */
  readonly equals?: (a: A, b: A) => boolean
}

/**
 * Checks the laws of a codec: what is written comes back, as text, inside JSON and as bytes; values that differ are written
 * differently; writing changes nothing, and writes the same each time; `native` is true only of what it is true of.
 *
 * Values of the codecs in `codec`, and of all that is made of them, are made up; for others give `values`.
 */
export async function checkCodec<A>(codec: Codec<A>, { values, equals, ...options }: CodecOptions<A> = {}): Promise<Report> {
  const fc = await fastCheck()
  const trial = new Trial(fc, formatOf(codec), options)
  const made = values === undefined ? madeOf(fc, codec, 'all') : { values: givenValues(fc, 'the values', values) }
  trial.try([formatLaw(codec)], fc.constant(undefined as A))
  if ('values' in made) trial.try(codecLaws(codec, equals), made.values)
  else trial.leave('all', made.impossible, 'Give some: { values: […] }.')
  return trial.report
}
