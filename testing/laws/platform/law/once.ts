import { sum } from '../../../../core/algebra/index.ts'
import { string } from '../../../../core/codec/string.ts'
import { type Job, job } from '../../../../core/job.ts'
import { sink, store } from '../../../../core/slot/slot.ts'
import type { Outcome } from '../../../platform/platform.ts'
import { ofBags, ofCells } from '../difference.ts'
import type { PlatformLaw } from '../platform-law.ts'
import { both, eachOf, shownWith, type TwoSources, twoSources } from '../two-sources.ts'

const counting = job(
  'counting',
  both
    .map(([stream, , n]) => `${stream} ${n}`)
    .write(sink('seen', { item: string }))
    .map((id) => [id, 1] as const)
    .sumByKey(store('each', { key: string, sum }))
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(store('all', { key: string, sum })),
) as unknown as Job

export const onceLaw: PlatformLaw<TwoSources> = {
  law: 'once law',
  says: 'each record counts once',
  drawn: twoSources,
  shown: shownWith(counting),
  judge: async (platform, inputs, seed) => {
    const outcome = await platform.run(counting, { ...inputs }, seed)
    const ids = eachOf(inputs).flatMap(([stream, items]) => items.map(([, n]) => `${stream} ${n}`))
    const each = ids.map((id) => [id, 1] as const)
    const faults = [
      ...ofCells('store each', cellsOf(outcome, 'each'), each),
      ...ofCells('store all', cellsOf(outcome, 'all'), ids.length === 0 ? [] : [['all', ids.length]]),
      ...ofBags('sink seen', (outcome.sinks.seen ?? []) as readonly string[], ids),
    ]
    return { ...outcome, faults }
  },
}

const cellsOf = ({ stores }: Outcome, name: string) => [...(stores[name] ?? [])] as readonly (readonly [string, unknown])[]
