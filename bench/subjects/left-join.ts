import { setTimeout as sleep } from 'node:timers/promises'
import { codec, job, option, service, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { typeOf } from '../beacon.ts'
import { beaconSupply, named } from './beacons.ts'
import { anyApp, type Subject } from './subject.ts'

const incoming = source('beacons', { item: codec.string })
const owners = service('owners', { key: codec.string, value: codec.string })
const byOwner = store('byOwner', { key: codec.string, sum })

const joined = job(
  'left-join',
  incoming
    .map((beacon) => [typeOf(beacon), 1] as const)
    .leftJoin(owners)
    .map(([, [n, owner]]) => [option.getOrElse(() => 'nobody')(owner), n] as const)
    .sumByKey(byOwner),
)

/** Of every fourth type nobody knows whose it is. */
const ownerOf = (key: number): string | undefined => (key % 4 === 3 ? undefined : `owner${key % 1000}`)
const answerOf = (type: string) => option.fromNullable(ownerOf(Number(type.slice('type'.length))))

/** A service that answers any number of keys after so many milliseconds, as a database not far away would. */
const answersAfter = (milliseconds: number) => ({
  multiGet: async (keys: readonly string[]) => {
    if (milliseconds > 0) await sleep(milliseconds)
    return keys.map(answerOf)
  },
})

const asking = (label: string, milliseconds: number): Subject => ({
  label,
  source: 'beacons',
  supply: (shape) => beaconSupply(shape, (counts) => ({ byOwner: named(counts, (key) => ownerOf(key) ?? 'nobody') })),
  on: (options) =>
    anyApp(
      bullmq(options)
        .on(joined)
        .bind({ owners: answersAfter(milliseconds) }),
    ),
  inMemory: async (beacons) =>
    (
      await memory()
        .on(joined)
        .run({ beacons, owners: answersAfter(milliseconds) })
    ).stores,
})

/** Beacons counted by the owner of their type, which a service knows. */
export const leftJoin = asking('a service that takes 1 ms', 1)

/** The same with answers at once: what the wait costs. */
export const leftJoinAtOnce = asking('a service that answers at once', 0)
