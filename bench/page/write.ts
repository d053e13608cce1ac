import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPeers, builtPeer, root } from '../build.ts'
import { installPeers } from '../peers.ts'
import { workloads } from '../workloads/index.ts'
import { markdownOf } from './markdown.ts'
import { kept } from './results.ts'

/** What the picture is drawn with. */
export const picturePeers = ['@observablehq/plot', 'linkedom']

/** Makes docs/performance.md and its picture of what is kept. */
export function writePage(): void {
  const results = kept()
  writeFileSync(join(root, 'docs/performance.md'), markdownOf(results, workloads))

  const charts = workloads.flatMap(({ name }) => results.find(({ workload }) => workload === name)?.chart ?? [])
  if (charts.length === 0) return
  installPeers(picturePeers)
  buildPeers()
  const svg = execFileSync(process.execPath, [builtPeer('picture')], { input: JSON.stringify(charts), encoding: 'utf8' })
  writeFileSync(join(root, 'docs/performance.svg'), svg)
}
