import type { Arbitrary } from 'fast-check'
import type { Aggregation } from '../../core/algebra/aggregation.ts'
import { shown } from '../compare/shown.ts'
import { fastCheck } from '../fast-check.ts'
import { type MergeTree, mergedAlong, mergeTreeOf } from '../laws/merge-tree.ts'
import { givenValues, type Values } from '../values/given.ts'
import { Choices } from './job/choices.ts'

/** Inputs, at least one, and how they are grouped when they are merged. fast-check shows it as `((1 2) [3 4 5])`. */
export interface RandomMerge<In> {
  readonly inputs: readonly In[]
  readonly tree: MergeTree
}

/**
 * Random merge trees over lists of inputs, for fast-check: the groups in which batches, partitions and drains may merge
 * them. The order of the inputs stays; what is in brackets is merged at once, by `concatMany` where there is one. What an
 * aggregation comes to must not depend on the tree, or not by more than it promises. Smaller ones are closer to merging one
 * by one from the left.
 *
 * ```ts
 * import fc from 'fast-check'
 * import { count } from 'tanager/algebra'
 * import { merged, randomMerges } from 'tanager/testing'
 *
 * const merges = await randomMerges(fc.array(fc.string(), { minLength: 1 }))
 * fc.assert(fc.property(merges, (merge) => merged(count, merge) === merge.inputs.length))
 * ```
 *
 * @param inputs lists of inputs; empty ones are left out, since nothing can be merged of them
 * @throws TanagerError `missing-package` without fast-check
 */
export async function randomMerges<In>(inputs: Values<readonly In[]>): Promise<Arbitrary<RandomMerge<In>>> {
  const fc = await fastCheck()
  const lists = givenValues(fc, 'the inputs', inputs).filter((list) => list.length > 0)
  const numbers = fc.array(fc.noBias(fc.nat(0xffff)), { maxLength: 200, size: 'max' })
  return fc.tuple(lists, numbers).map(([list, drawn]) => {
    const choices = new Choices(drawn)
    const tree = mergeTreeOf(list.length, (limit) => choices.below(limit))
    return { inputs: list, tree, [fc.toStringMethod]: () => textOf(list, tree) }
  })
}

/** What the inputs of a merge come to, merged along its tree: a stored value, to be given to `present`. */
export function merged<V, In>(aggregation: Aggregation<V, In, unknown>, { inputs, tree }: RandomMerge<In>): V {
  return mergedAlong(aggregation, inputs, tree)
}

function textOf(inputs: readonly unknown[], tree: MergeTree): string {
  if (tree.kind === 'merge') return `(${textOf(inputs, tree.left)} ${textOf(inputs, tree.right)})`
  const texts = inputs.slice(tree.from, tree.to).map(shown)
  if (texts.length === 1) return texts[0] as string
  return tree.atOnce ? `[${texts.join(' ')}]` : `(${texts.join(' ')})`
}
