import { isJob, type Job } from '../job.ts'
import { type DrawnEdge, type DrawnNode, logical, physical, type Shape } from './drawing.ts'
import type { Plan } from './plan.ts'

/** A job as it was written, or a plan as it runs, as a Mermaid flowchart: what GitHub and most wikis draw by themselves. */
export function mermaid(subject: Job | Plan): string {
  const { nodes, groups, edges } = isJob(subject) ? logical(subject) : physical(subject)
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${line(node)}`),
    ...groups.flatMap(({ id, label, nodes: inside }) => [
      `  subgraph ${id} [${quote(label)}]`,
      ...inside.map((node) => `    ${line(node)}`),
      '  end',
    ]),
    ...edges.map((edge) => `  ${arrow(edge)}`),
  ].join('\n')
}

const shapes: Readonly<Record<Shape, readonly [open: string, close: string]>> = {
  source: ['([', '])'],
  step: ['[', ']'],
  store: ['[(', ')]'],
  sink: ['[/', '/]'],
  service: ['{{', '}}'],
  note: ['>', ']'],
}

const strokes: Readonly<Record<DrawnEdge['kind'], string>> = { stream: '==>', step: '-->', aside: '-.->' }

function line({ id, shape, label }: DrawnNode): string {
  const [open, close] = shapes[shape]
  return `${id}${open}${quote(label)}${close}`
}

const arrow = ({ from, to, kind, label }: DrawnEdge) => `${from} ${strokes[kind]}${label === undefined ? '' : `|${quote(label)}|`} ${to}`

/** Mermaid knows no backslash: whatever could end the label, start markup or a `%%{…}%%` directive is written as its number. */
const quote = (text: string) =>
  `"${[...text].map((char) => (char === '\n' ? '<br>' : special.test(char) ? `#${char.codePointAt(0)};` : char)).join('')}"`

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const special = /["#&<>`%\\;\u0000-\u001f]/
