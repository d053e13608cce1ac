/** A chart as it is drawn. */
export interface Drawn {
  readonly title: string
  /** What each bar says when it is pointed at, and how long it is. */
  readonly bars: ReadonlyMap<string, number>
  /** Whatever else can be read. */
  readonly texts: readonly string[]
}

/** The charts of docs/performance.svg: an SVG within the SVG each. */
export const drawnIn = (picture: string): readonly Drawn[] =>
  picture
    .split(/<svg /)
    .slice(2)
    .map((chart) => ({
      title: plain(/aria-label="([^"]*)"/.exec(chart)?.[1]),
      bars: new Map(
        [...chart.matchAll(/<rect [^>]*width="([^"]*)"[^>]*><title>([^<]*)<\/title>/g)].map(([, width, text]) => [
          plain(text),
          Number(width),
        ]),
      ),
      texts: [...chart.matchAll(/<text [^>]*>([^<]+)</g)].map(([, text]) => plain(text)),
    }))

const plain = (text = ''): string => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
