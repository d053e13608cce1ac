import { sum } from '../../../../core/algebra/index.ts'
import { string } from '../../../../core/codec/string.ts'
import { type Job, job } from '../../../../core/job.ts'
import { store } from '../../../../core/slot/slot.ts'
import { ofBags } from '../difference.ts'
import type { PlatformLaw } from '../platform-law.ts'
import { refusals } from '../refusals.ts'
import { eachOf, first, type Item, item, second, shownWith, type TwoSources, twoSources } from '../two-sources.ts'

const isBad = ([, n]: Item) => n % 10 === 7

const check = (record: Item) => {
  if (isBad(record)) throw new Error('bad')
  return [record[0], 1] as const
}

const refusing = job(
  'refusing',
  first
    .map(check)
    .name('check-first')
    .merge(second.map(check).name('check-second'))
    .sumByKey(store('counts', { key: string, sum })),
) as unknown as Job

export const nothingVanishes: PlatformLaw<TwoSources> = {
  law: 'nothing vanishes',
  says: 'every record is counted or among the dead letters',
  drawn: twoSources,
  shown: shownWith(refusing),
  judge: async (platform, inputs, seed) => {
    const outcome = await platform.run(refusing, { ...inputs }, seed)
    const given = inputs.first.length + inputs.second.length
    const counted = ([...(outcome.stores.counts ?? []).values()] as readonly number[]).reduce((total, n) => total + n, 0)
    const buried = outcome.deadLetters.length
    const gone = counted + buried === given ? [] : [`of ${given} records ${counted} are counted, and ${buried} are dead letters`]
    const refused = eachOf(inputs).flatMap(([stream, items]) =>
      items.filter(isBad).map((bad) => `${stream} check-${stream} ${item.encode(bad)}`),
    )
    return { ...outcome, faults: [...gone, ...ofBags('refused records', refusals(refusing, outcome), refused)] }
  },
}
