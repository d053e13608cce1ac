import type { Declared } from './alarm.ts'

/** What is the matter with an output, for people. */
export function sentenceOf({ slot, kind, of, range }: Declared, stands: boolean, value: number): string {
  const subject = `the ${of} ${slot}`
  const per = spoken(range.per)
  switch (kind) {
    case 'rows':
    case 'bytes':
      return stands
        ? `${subject}: ${value} ${kind} in ${per}, and ${expected(range)} are expected`
        : `${subject} is as expected again: ${value} ${kind} in ${per}`
    case 'quiet':
      return stands ? `${subject} is quiet: not a row in ${per}` : `${subject} is not quiet any more`
    case 'stopped':
      return stands
        ? `${subject} has stopped: nothing has moved for ${per}, and ${value} ${value === 1 ? 'waits' : 'wait'}`
        : `${subject} moves again`
  }
}

function expected({ atLeast, atMost }: Declared['range']): string {
  if (atMost === undefined) return `at least ${atLeast}`
  return atLeast === undefined ? `at most ${atMost}` : `${atLeast} to ${atMost}`
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const

/** In the largest unit that it is a whole number of. */
function spoken(milliseconds: number): string {
  const [size, unit] = units.find(([size]) => milliseconds % size === 0) ?? [1, 'ms']
  return `${milliseconds / size} ${unit}`
}
