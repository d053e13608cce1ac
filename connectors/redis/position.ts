import { TanagerError } from '../../core/error.ts'

/** Where in a stream the reading is. */
export interface Place {
  /** Of the last entry that was read. */
  readonly id: string
  /** How many entries there ever were up to it, as far as that is known: who has to miss some is told how many. */
  readonly count: number | undefined
}

const form = /^(\d{1,20}-\d{1,20})(?: (\d{1,16}))?$/

export const isId = (text: unknown): text is string => typeof text === 'string' && /^\d{1,20}-\d{1,20}$/.test(text)

export const written = ({ id, count }: Place): string => (count === undefined ? id : `${id} ${count}`)

/** @throws TanagerError `decode` */
export function placeOf(position: string): Place {
  const [, id, count] = form.exec(position) ?? []
  if (id !== undefined) return { id, count: count === undefined ? undefined : Number(count) }
  throw new TanagerError('decode', 'this is no position in a stream of Redis', {
    value: position,
    allowed: 'such as 1526919030474-0 and a number',
  })
}

/** Whether one id comes after another. Numbers in them may be longer than ours. */
export function isAfter(a: string, b: string): boolean {
  const [aTime = '', aPlace = ''] = a.split('-')
  const [bTime = '', bPlace = ''] = b.split('-')
  return aTime === bTime ? isGreater(aPlace, bPlace) : isGreater(aTime, bTime)
}

const isGreater = (a: string, b: string): boolean => (a.length === b.length ? a > b : a.length > b.length)
