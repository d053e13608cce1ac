import { isJob, type Job } from '../job.ts'
import { type DrawnEdge, type DrawnNode, logical, physical, type Shape } from './drawing.ts'
import type { Plan } from './plan.ts'

/** A job as it was written, or a plan as it runs, in the language of Graphviz: `dot -Tsvg`. */
export function dot(subject: Job | Plan): string {
  const { title, nodes, groups, edges } = isJob(subject) ? logical(subject) : physical(subject)
  return [
    `digraph ${quote(title)} {`,
    '  rankdir=LR',
    '  node [fontname="Helvetica", fontsize=11]',
    '  edge [fontname="Helvetica", fontsize=9]',
    ...nodes.map((node) => `  ${line(node)}`),
    ...groups.flatMap(({ id, label, nodes: inside }) => [
      // Graphviz draws a frame only around what is called a cluster.
      `  subgraph ${quote(`cluster_${id}`)} {`,
      `    label=${quote(label)}`,
      '    fontname="Helvetica"',
      '    style=rounded',
      ...inside.map((node) => `    ${line(node)}`),
      '  }',
    ]),
    ...edges.map((edge) => `  ${arrow(edge)}`),
    '}',
  ].join('\n')
}

const shapes: Readonly<Record<Shape, string>> = {
  source: 'shape=cds',
  step: 'shape=box',
  store: 'shape=cylinder',
  sink: 'shape=parallelogram',
  service: 'shape=component',
  note: 'shape=plaintext',
}

const styles: Readonly<Record<DrawnEdge['kind'], readonly string[]>> = { stream: ['style=bold'], step: [], aside: ['style=dashed'] }

const line = ({ id, shape, label }: DrawnNode) => `${quote(id)} [${shapes[shape]}, label=${quote(label)}]`

function arrow({ from, to, kind, label }: DrawnEdge): string {
  const attributes = [...styles[kind], ...(label === undefined ? [] : [`label=${quote(label)}`])]
  return `${quote(from)} -> ${quote(to)}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`}`
}

/** Graphviz reads `\N` and `&lt;` inside quotes as something else, so backslashes and ampersands are escaped with the quotes. */
const quote = (text: string) =>
  `"${text
    .replaceAll('\0', '')
    .replaceAll('&', '&amp;')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/\r\n|[\r\n]/g, '\\n')}"`
