import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Of Datadog's DDSketch what is measured here. Written down by ourselves, so that types are checked where no peer is installed. */
export interface DatadogSketch {
  readonly count: number
  readonly accept: (value: number) => void
  /** Into this one. */
  readonly merge: (other: DatadogSketch) => void
  readonly getValueAtQuantile: (q: number) => number
}

interface SketchesJs {
  readonly DDSketch: new (config: { readonly relativeAccuracy: number }) => DatadogSketch
}

export const sketchesJs = '@datadog/sketches-js'

/** @param peers the folder where it is installed, which is not beside what the bench runs */
export function datadog(peers: string): SketchesJs {
  return createRequire(join(peers, 'package.json'))(sketchesJs) as SketchesJs
}
