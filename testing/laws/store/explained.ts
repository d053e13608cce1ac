import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Rules } from './model.ts'

/** What was merged into one key at the same time, what each merge answered, and what came of it. */
export interface Explanation<V> {
  readonly begin: Option<V>
  readonly merges: readonly { readonly delta: V; readonly before: Option<V> }[]
  readonly end: Option<V>
}

/** Whether the merges can have happened one after the other, in any order: each answers what is there in its turn. */
export function explained<V>(
  { begin, merges, end }: Explanation<V>,
  rules: Rules<V>,
  same: (a: Option<V>, b: Option<V>) => boolean,
): boolean {
  if (merges.length === 0) return same(begin, end)
  return merges.some(({ before, delta }, at) => {
    if (!same(before, begin)) return false
    const total = isSome(begin) ? rules.concat(begin.value, delta) : delta
    const next = rules.isEmpty(total) ? none : some(total)
    return explained({ begin: next, merges: merges.filter((_, i) => i !== at), end }, rules, same)
  })
}
