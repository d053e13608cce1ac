// Reads charts as JSON from its input, writes an SVG: each chart below the other, of bars that begin at zero.
import { readFileSync } from 'node:fs'
import { axisX, barX, type PlotOptions, plot, ruleX, ruleY, text, tickX } from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { showRound, showSpread } from '../report/format.ts'
import type { Chart } from '../report/report.ts'
import { spreadOf } from '../statistics.ts'

const { document } = parseHTML('<body></body>')
const width = 880
const gap = 28
const font = 'system-ui, -apple-system, "Segoe UI", sans-serif'

interface Bar {
  readonly label: string
  readonly ours: boolean
  readonly median: number
  readonly min: number
  readonly max: number
  readonly text: string
}

function draw({ title, unit, bars }: Chart): SVGSVGElement {
  const all: readonly Bar[] = bars.map(({ label, ours, runs }) => ({ label, ours, ...spreadOf(runs), text: showSpread({ runs, unit }) }))
  const fill = (ours: boolean, color: string) =>
    barX(
      all.filter((bar) => bar.ours === ours),
      { x: 'median', y: 'label', fill: color, insetTop: 3, insetBottom: 3, title: (bar: Bar) => `${bar.label}: ${bar.text}` },
    )
  const whisker = { stroke: 'var(--ink)', strokeWidth: 1.25 }
  const most = Math.max(...all.map(({ max }) => max))
  const options: PlotOptions = {
    document,
    width,
    height: 46 + all.length * 30 + 34,
    marginTop: 46,
    marginBottom: 34,
    marginLeft: 310,
    marginRight: 170,
    style: { background: 'none', color: 'var(--ink)', fontFamily: font, fontSize: '13px' },
    ariaLabel: title,
    x: { domain: [0, most], label: null },
    y: { domain: all.map(({ label }) => label), label: null, tickSize: 0 },
    marks: [
      axisX({ ticks: 5, tickFormat: (n: number) => (n === 0 ? '0' : showRound(n, unit, most)), color: 'var(--faint)', tickSize: 4 }),
      fill(true, 'var(--ours)'),
      fill(false, 'var(--others)'),
      ruleY(all, { x1: 'min', x2: 'max', y: 'label', ...whisker }),
      tickX(all, { x: 'min', y: 'label', insetTop: 10, insetBottom: 10, ...whisker }),
      tickX(all, { x: 'max', y: 'label', insetTop: 10, insetBottom: 10, ...whisker }),
      text(all, { x: 'max', y: 'label', text: 'text', textAnchor: 'start', dx: 8, fill: 'var(--ink)' }),
      ruleX([0], { stroke: 'var(--faint)' }),
      text([title], { frameAnchor: 'top-left', dx: -306, dy: -36, fontSize: 16, fontWeight: 600, fill: 'var(--ink)' }),
    ],
  }
  return plot(options) as SVGSVGElement
}

const charts = JSON.parse(readFileSync(0, 'utf8')) as readonly Chart[]
const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
const style = document.createElementNS('http://www.w3.org/2000/svg', 'style')
style.textContent = `
  svg { --ink: #1f2328; --faint: #656d76; --ours: #cf3a24; --others: #9aa4af; }
  @media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --faint: #8d96a0; --ours: #f0664f; --others: #57606a; } }
`
picture.append(style)
let height = 0
for (const chart of charts) {
  const drawn = draw(chart)
  drawn.setAttribute('y', String(height))
  height += Number(drawn.getAttribute('height')) + gap
  picture.append(drawn)
}
picture.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
picture.setAttribute('viewBox', `0 0 ${width} ${height - gap}`)
picture.setAttribute('width', String(width))
picture.setAttribute('height', String(height - gap))
picture.setAttribute('role', 'img')
process.stdout.write(`${picture.outerHTML}\n`)
