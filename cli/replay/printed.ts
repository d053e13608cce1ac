import { output } from '../output.ts'
import { drawn, heading, printResults } from '../results.ts'
import { table } from '../table.ts'
import { counted, visible } from '../text.ts'
import type { RefusedRecord, Replayed } from './memory.ts'

/** Prints what batches came to, for people or for programs. */
export async function printReplay({ deadLetters, ...results }: Replayed, json: boolean): Promise<void> {
  await printResults({ ...results, deadLetters: [] }, { json, deadLetters: false })
  if (json) return output.lines(deadLetters.map(letterJson))
  if (deadLetters.length === 0) return
  if (results.stores.length + results.sinks.length > 0) await output.write('\n')
  await output.write(`${heading('dead letters', counted(deadLetters.length, 'record'))}\n`)
  await output.lines(drawn(table(columns, deadLetters.map(cells), output.columns)))
}

function letterJson({ stream, sequence, index, node, record, error }: RefusedRecord): string {
  return JSON.stringify({ deadLetter: { stream, sequence, index, node, record, error } })
}

const columns = [
  { head: 'stream' },
  { head: 'batch', right: true },
  { head: 'index', right: true },
  { head: 'node' },
  { head: 'error' },
  { head: 'record' },
]

const cells = ({ stream, sequence, index, node, error, record }: RefusedRecord) => [
  stream,
  String(sequence ?? ''),
  String(index ?? ''),
  node,
  visible(error),
  visible(record),
]
