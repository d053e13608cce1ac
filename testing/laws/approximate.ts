import type { Aggregation } from '../../core/algebra/aggregation.ts'
import { shown } from '../compare/shown.ts'
import { fastCheck } from '../fast-check.ts'
import { givenValues, type Values } from '../values/given.ts'
import { mergedAtRandom, randomFrom } from './merge-tree.ts'
import type { Report } from './report.ts'

/** What an approximate aggregation promises, and what to check that with. */
export interface ApproximateOptions<V, In, Out, Exact> {
  readonly aggregation: Aggregation<V, In, Out>
  /** Lists of inputs, each of which is summed up. */
  readonly inputs: Values<readonly In[]>
  /** The true answer. */
  readonly exact: (inputs: readonly In[]) => Exact
  /** Whether an answer is as near to the true one as was promised. */
  readonly within: (answer: Out, exact: Exact) => boolean
  /** How often that was promised to be so, at least; 0.95 unless given. */
  readonly confidence?: number
  /** How many lists are summed up; 200 unless given. */
  readonly runs?: number
  readonly seed?: number
}

/**
 * Checks that an approximate aggregation is as near to the truth as it promises, as often as it promises, however the
 * inputs are merged: each list is merged along a random tree. Some misses are chance: a promise counts as broken when chance
 * would bring as many less than once in a million checks (W. Hoeffding, Probability Inequalities for Sums of Bounded Random
 * Variables, 1963, theorem 1).
 */
export async function checkApproximate<V, In, Out, Exact>(options: ApproximateOptions<V, In, Out, Exact>): Promise<Report> {
  const { aggregation, inputs, exact, within, confidence = 0.95, runs = 200, seed = Math.floor(Math.random() * 2 ** 31) } = options
  const fc = await fastCheck()
  const drawn = givenValues(fc, 'the inputs', inputs).filter((list) => list.length > 0)
  const random = randomFrom(seed)
  const misses: { readonly list: readonly In[]; readonly answer: Out; readonly truth: Exact }[] = []
  for (const list of fc.sample(drawn, { numRuns: runs, seed })) {
    const answer = aggregation.present(mergedAtRandom(aggregation, list, random))
    const truth = exact(list)
    if (!within(answer, truth)) misses.push({ list, answer, truth })
  }
  const allowed = chanceMisses(runs, 1 - confidence)
  const law = `within its bounds ${+(confidence * 100).toFixed(6)} % of the time`
  const report: Report = { subject: aggregation.id, held: [], broken: [], unchecked: [], hints: [], seed }
  // Where chance may miss them all, nothing has been shown.
  if (allowed >= runs)
    return { ...report, unchecked: [{ law, reason: `${runs} runs are too few to tell chance from a fault. Give more: { runs: … }` }] }
  if (misses.length <= allowed) return { ...report, held: [{ law, runs }] }
  const { list, answer, truth } = misses.reduce((least, miss) => (miss.list.length < least.list.length ? miss : least))
  const example = `of ${list.length === 1 ? '1 input' : `${list.length} inputs`} it answers ${shown(answer)}, the truth is ${shown(truth)}`
  const sentence = `${aggregation.id}: out of its bounds ${misses.length} times in ${runs}, of which ${allowed} may be chance: ${example}`
  return { ...report, broken: [{ law, sentence, counterexample: [list] }] }
}

const rarely = 1e-6

/** The most misses that chance brings more than once in a million, if each try misses with probability `p`. */
function chanceMisses(tries: number, p: number): number {
  if (p <= 0) return 0
  for (let misses = Math.ceil(tries * p); misses < tries; misses++) {
    const q = misses / tries
    const divergence = q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p))
    if (q > p && Math.exp(-tries * divergence) < rarely) return misses - 1
  }
  return p ** tries < rarely ? tries - 1 : tries
}
