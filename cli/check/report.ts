import { wrapped } from '../doctor/report.ts'
import { output } from '../output.ts'
import { count, counted, cut, visible, widthOf } from '../text.ts'
import type { Thing } from './thing.ts'
import { type Level, type Verdict, withoutSubject } from './verdict.ts'

/** For programs: an object for each thing, with all that was found. */
export function* jsonLines(verdicts: Iterable<Verdict>): Generator<string, void> {
  for (const { thing, level, report, hints } of verdicts) {
    yield JSON.stringify({
      check: thing.check,
      id: thing.id,
      at: thing.at,
      level,
      broken: report.broken.map(({ law, sentence, story = [] }) => ({ law, sentence, story })),
      unchecked: report.unchecked,
      hints,
      held: report.held.map(({ law, runs, rounded = null }) => ({ law, runs, rounded })),
      seed: report.seed,
    })
  }
}

const levels: readonly Level[] = ['broken', 'unchecked', 'doubtful', 'ok']
const indent = '  '

/** For people: a line for each thing, below it what there is to say of it. */
export function* textLines(verdicts: readonly Verdict[]): Generator<string, void> {
  const { paint, columns } = output
  const colours: Readonly<Record<Level, (text: string) => string>> = {
    ok: paint.green,
    doubtful: paint.yellow,
    unchecked: paint.yellow,
    broken: paint.red,
  }
  const levelWidth = Math.max(...verdicts.map(({ level }) => level.length))
  const room = columns === undefined ? undefined : Math.max(1, columns - indent.length)
  for (const { thing, level, report, hints } of verdicts) {
    const subject = `${thing.check} ${visible(thing.id)}`
    const head = [subject, thing.at.join(', '), triesOf(thing, report.held)].filter((part) => part !== '').join('  ')
    const fitting = columns === undefined ? head : cut(head, Math.max(1, columns - levelWidth - indent.length))
    const painted = fitting.length > subject.length ? subject + paint.dim(fitting.slice(subject.length)) : fitting
    yield `${colours[level](level)}${' '.repeat(levelWidth - level.length)}${indent}${painted}`
    const below = [
      ...report.broken.flatMap(({ sentence, story = [] }) => [
        withoutSubject(report, sentence),
        ...story.map((line) => `${indent}${line}`),
      ]),
      // What a fault keeps from being checked is checked once that is mended.
      ...(report.broken.length > 0 ? [] : report.unchecked).map(({ law, reason }) =>
        law === 'all' ? reason : `not checked: ${law}: ${reason}`,
      ),
    ]
    const aside = [
      ...hints,
      ...report.held.flatMap(({ law, rounded }) =>
        rounded === undefined ? [] : [`${law} but for the last digits of fractions: ${rounded}`],
      ),
    ]
    for (const line of below.flatMap((text) => wrapped(visible(text), room))) yield `${indent}${line}`
    for (const line of aside.flatMap((text) => wrapped(visible(text), room))) yield `${indent}${paint.dim(line)}`
  }
  yield ''
  yield* summary(verdicts)
}

function triesOf({ check }: Thing, held: Verdict['report']['held']): string {
  if (held.length === 0) return ''
  const runs = held.map((law) => law.runs)
  const [least, most] = [Math.min(...runs), Math.max(...runs)]
  if (check === 'job') return `${counted(most, 'run')} on a simulated cluster`
  return `${counted(held.length, 'law')}, ${least === most ? '' : `${count(least)} to `}${counted(most, 'run')} each`
}

function* summary(verdicts: readonly Verdict[]): Generator<string, void> {
  const { paint, columns = Number.POSITIVE_INFINITY } = output
  const parts = levels.flatMap((level) => {
    const n = verdicts.filter((verdict) => verdict.level === level).length
    return n === 0 ? [] : [`${count(n)} ${level}`]
  })
  const line = parts.join(', ')
  if (widthOf(line) <= columns) yield paint.bold(line)
  else yield* parts
}
