import { nearly } from '../nearly.ts'
import { same } from '../same.ts'
import type { Settings } from './options.ts'

/** Whether two values of a slot are as good as each other. */
export function alikeIn({ equals, tolerance, slack }: Settings, slot: string): (a: unknown, b: unknown) => boolean {
  const given = equals.get(slot)
  return given ?? ((a, b) => same(a, b) || nearly(a, b, [], tolerance, slack.get(slot)))
}
