/** Numbers in a row, both ends among them. */
export interface Span {
  readonly from: number
  readonly to: number
}

export const spanOf = ({ sequence }: { readonly sequence: number }): Span => ({ from: sequence, to: sequence })

/** What of a span is not in others, which are in order. */
export function gapsIn({ from, to }: Span, present: readonly Span[]): readonly Span[] {
  const gaps: Span[] = []
  let next = from
  for (const span of present) {
    if (span.from > next) gaps.push({ from: next, to: span.from - 1 })
    next = span.to + 1
  }
  if (next <= to) gaps.push({ from: next, to })
  return gaps
}

/** More of them say less. */
const mostShown = 12

/** Spans in order as people write them: `1 to 4, 7`. */
export function spansText(spans: readonly Span[]): string {
  const joined: Span[] = []
  for (const span of spans) {
    const last = joined.at(-1)
    if (last?.to === span.from - 1) joined[joined.length - 1] = { from: last.from, to: span.to }
    else joined.push(span)
  }
  const shown = joined.slice(0, mostShown).map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`))
  const last = joined.at(-1)
  return joined.length <= mostShown || last === undefined ? shown.join(', ') : `${shown.join(', ')}, … ${last.to}`
}
