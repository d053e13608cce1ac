import type { Report } from './report.ts'

/** The error of what breaks its laws, or could not be checked: a sentence a line. */
export class UnlawfulError extends Error {
  override readonly name = 'UnlawfulError'
  readonly report: Report

  constructor(report: Report, sentences: readonly string[]) {
    super([...sentences, `(seed ${report.seed})`].join('\n'))
    this.report = report
  }
}

/**
 * Fails where a law is broken, and where one could not be checked: in a test, whatever runs it.
 *
 * @throws UnlawfulError with each broken law and its smallest counter-example
 */
export function assertLawful(report: Report): void {
  const { subject, broken, unchecked, hints } = report
  // What a fault keeps from being checked is checked once that is mended.
  const left = broken.length > 0 ? [] : unchecked
  const sentences = [
    ...broken.flatMap(({ sentence, story = [] }) => [sentence, ...story.map((line) => `  ${line}`)]),
    ...left.map(({ law, reason, remedy }) => {
      const what = law === 'all' ? 'nothing could be checked' : `not checked: ${law}`
      return `${subject}: ${what}: ${reason}${remedy === undefined ? '' : `. ${remedy}`}`
    }),
  ]
  if (sentences.length > 0) throw new UnlawfulError(report, [...sentences, ...hints.map((hint) => `${subject}: ${hint}`)])
}
