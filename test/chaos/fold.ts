import { batchOf, nameOf, type Source } from './events.ts'

/** What is right: worked out record by record, by loops that know nothing of streams, batches or this library. */
export interface Expected {
  /** Every event that counts; each exactly once. */
  readonly ids: ReadonlySet<string>
  readonly totals: ReadonlyMap<string, number>
  readonly groups: ReadonlyMap<string, number>
  readonly grand: ReadonlyMap<string, number>
  readonly named: ReadonlyMap<string, number>
  /** The ids of each page, as they were sent. */
  readonly lines: ReadonlyMap<string, readonly string[]>
  readonly outlet: ReadonlySet<string>
  /** Of each record that is refused: source, step and text. */
  readonly deadLetters: ReadonlySet<string>
}

/** How far a writer has come in a source: it has sent all its batches from 1 to `end`. */
export interface Lane {
  readonly source: Source
  readonly writer: string
  readonly end: number
}

export function expectedOf(seed: number, lanes: readonly Lane[]): Expected {
  const ids = new Set<string>()
  const [totals, groups, grand, named] = [new Map(), new Map(), new Map(), new Map()] as Map<string, number>[] as [Sum, Sum, Sum, Sum]
  const lines = new Map<string, string[]>()
  const outlet = new Set<string>()
  const deadLetters = new Set<string>()
  for (const { source, writer, end } of lanes) {
    for (let sequence = 1; sequence <= end; sequence++) {
      for (const { text, fate, event } of batchOf(seed, source, writer, sequence)) {
        if (fate !== 'good') {
          const suffix = source === 'clicks' ? '-clicks' : ''
          const step = fate === 'unreadable' ? source : fate === 'joined' ? fate : `${fate}${suffix}`
          deadLetters.add(deadLetter(source, step, text))
          continue
        }
        const { id, key, page, n } = event
        ids.add(id)
        add(totals, key, n)
        add(groups, key[0] as string, n)
        add(grand, 'all', n)
        const line = lines.get(page)
        if (line === undefined) lines.set(page, [id])
        else line.push(id)
        if (source === 'clicks') continue
        add(named, nameOf(key) ?? 'nobody', n)
        if (n === 9) outlet.add(id)
      }
    }
  }
  return { ids, totals, groups, grand, named, lines, outlet, deadLetters }
}

export const deadLetter = (stream: string, step: string, record: string): string => `${stream} ${step} ${record}`

type Sum = Map<string, number>

function add(sum: Sum, key: string, n: number): void {
  sum.set(key, (sum.get(key) ?? 0) + n)
}
