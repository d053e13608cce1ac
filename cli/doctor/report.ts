import { output } from '../output.ts'
import { counted, cut, widthOf } from '../text.ts'
import type { Finding, Level } from './finding.ts'

/** For programs: an object for each finding, with all its fields. */
export function* jsonLines(findings: Iterable<Finding>): Generator<string, void> {
  for (const { check, level, found, why = null, remedy = null } of findings) yield JSON.stringify({ check, level, found, why, remedy })
}

const gap = '  '
const levelWidth = 'warning'.length
/** With less room for words, they go below instead of beside. */
const least = 40

/** For people: what was examined, how it is, and, where there is more to say, why and what to do. */
export function* textLines(findings: readonly Finding[]): Generator<string, void> {
  const { paint, columns } = output
  const checkWidth = Math.max(...findings.map(({ check }) => widthOf(check)))
  const beside = levelWidth + checkWidth + 2 * gap.length
  const stacked = columns !== undefined && columns - beside < least
  const indent = stacked ? gap.length : beside
  const room = columns === undefined ? undefined : Math.max(1, columns - indent)
  const colours: Readonly<Record<Level, (text: string) => string>> = { good: paint.green, warning: paint.yellow, bad: paint.red }
  for (const { check, level, found, why, remedy } of findings) {
    const name = stacked && columns !== undefined ? cut(check, Math.max(1, columns - levelWidth - gap.length)) : check.padEnd(checkWidth)
    const head = `${colours[level](level)}${' '.repeat(levelWidth - level.length)}${gap}${name}`
    const below = [
      ...wrapped(found, room),
      ...(why === undefined ? [] : wrapped(why, room).map(paint.dim)),
      ...(remedy === undefined ? [] : wrapped(remedy, room)),
    ]
    // What is short fits beside, all the same.
    const fits = !stacked || levelWidth + gap.length + widthOf(name) + gap.length + widthOf(found) <= columns
    yield fits ? `${head}${gap}${below.shift() ?? ''}`.trimEnd() : head
    for (const line of below) yield `${' '.repeat(indent)}${line}`
  }
  yield ''
  yield* summary(findings)
}

/** `1 bad, 3 warnings, 16 good`, one below the other if that is too wide. */
function* summary(findings: readonly Finding[]): Generator<string, void> {
  const { paint, columns = Number.POSITIVE_INFINITY } = output
  const of = (level: Level) => findings.filter((finding) => finding.level === level).length
  const parts = [
    { n: of('bad'), text: `${of('bad')} bad`, colour: paint.red },
    { n: of('warning'), text: counted(of('warning'), 'warning'), colour: paint.yellow },
    { n: of('good'), text: `${of('good')} good`, colour: paint.green },
  ].filter(({ n }) => n > 0)
  const painted = parts.map(({ text, colour }) => colour(text))
  if (parts.map(({ text }) => text).join(', ').length <= columns) yield painted.join(', ')
  else yield* painted
}

/** Lines that fit, broken between words; a word longer than a line is broken too. */
export function wrapped(text: string, width: number | undefined): readonly string[] {
  if (width === undefined) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((each) => pieces(each, width))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= width) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

const graphemes = new Intl.Segmenter()

function pieces(word: string, width: number): readonly string[] {
  if (widthOf(word) <= width) return [word]
  const all: string[] = []
  let piece = ''
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && widthOf(piece + segment) > width) {
      all.push(piece)
      piece = ''
    }
    piece += segment
  }
  return [...all, piece]
}
