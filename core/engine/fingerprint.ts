import { formatOf, type Json } from '../codec/codec.ts'
import { TanagerError } from '../error.ts'
import type { Plan } from '../plan/plan.ts'
import type { Deployed } from './log.ts'

// A type, not an interface: only a type alias counts as Json.
type State = {
  readonly stores: { readonly [name: string]: StoreState }
  readonly streams: { readonly [name: string]: string }
  readonly sinks: { readonly [name: string]: string }
}

type StoreState = {
  readonly key: string
  readonly value: string
  readonly sum: string
  readonly partitions: number
  readonly ordered: boolean
}

/** What of a plan is written into its log and stores: as long as this fits, any plan may take over from any other. */
function stateOf(plan: Plan, partitions: (store: string) => number): State {
  return {
    stores: Object.fromEntries(
      plan.stores.map(({ slot, ordered }) => [
        slot.name,
        { key: formatOf(slot.key), value: formatOf(slot.sum.codec), sum: slot.sum.id, partitions: partitions(slot.name), ordered },
      ]),
    ),
    streams: Object.fromEntries(plan.streams.map(({ name, item }) => [name, formatOf(item)])),
    sinks: Object.fromEntries(plan.sinks.map(({ name, item }) => [name, formatOf(item)])),
  }
}

/** What to write down of a plan when it is deployed. */
export function deployedOf(plan: Plan, description: string, partitions: (store: string) => number): Deployed {
  const state = stateOf(plan, partitions)
  return { fingerprint: fingerprintOf(JSON.stringify(sorted(state))), description, state }
}

/**
 * Refuses a plan that would misread what another left. New slots are welcome, slots that are gone are left alone; one
 * that stays must be written the same way.
 *
 * @throws TanagerError `plan-mismatch`, with every difference and what to do
 */
export function refuseMisreading(job: string, deployed: Deployed, mine: Deployed): void {
  if (deployed.fingerprint === mine.fingerprint) return
  const there = deployed.state as State
  const here = mine.state as State
  const differences: string[] = []
  for (const [name, store] of Object.entries(here.stores)) {
    const old = own(there.stores, name)
    if (old === undefined) continue
    for (const field of ['key', 'value', 'sum', 'partitions', 'ordered'] as const) {
      if (old[field] !== store[field]) differences.push(`store ${name}: ${field} is ${old[field]} in Redis, ${store[field]} here`)
    }
  }
  for (const [kind, other] of [
    ['stream', 'sink'],
    ['sink', 'stream'],
  ] as const) {
    for (const [name, format] of Object.entries(here[`${kind}s`])) {
      const old = own(there[`${kind}s`], name)
      if (old !== undefined && old !== format) differences.push(`${kind} ${name}: records are ${old} in Redis, ${format} here`)
      if (own(there[`${other}s`], name) !== undefined) differences.push(`${name} is a ${other} in Redis, a ${kind} here`)
    }
  }
  if (differences.length === 0) return
  throw new TanagerError(
    'plan-mismatch',
    `another plan of job ${job} is deployed, and this one would misread its state: ${differences.join('; ')}`,
    {
      remedy: 'Give the job, or the slot that differs, a new name; or remove the old state with tanager reset.',
    },
  )
}

/**
 * What to write down when a plan takes over from another: its own slots, and those of the other that it does not have.
 * Their state is still there, and a later plan that takes them up again must not misread it either.
 *
 * @throws TanagerError `plan-mismatch`
 */
export function takingOver(job: string, deployed: Deployed, mine: Deployed): Deployed {
  refuseMisreading(job, deployed, mine)
  const there = deployed.state as State
  const here = mine.state as State
  const state: State = {
    stores: { ...there.stores, ...here.stores },
    streams: { ...there.streams, ...here.streams },
    sinks: { ...there.sinks, ...here.sinks },
  }
  return { ...mine, fingerprint: fingerprintOf(JSON.stringify(sorted(state))), state }
}

// A slot may be called `constructor`, which every object seems to have.
const own = <T>(fields: { readonly [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined

function sorted(json: Json): Json {
  if (Array.isArray(json)) return json.map(sorted)
  if (typeof json !== 'object' || json === null) return json
  const object = json as { readonly [key: string]: Json }
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((key) => [key, sorted(object[key] as Json)]),
  )
}

// Two 32-bit FNV-1a hashes of different bases: it tells plans apart at a glance, it does not guard against anyone.
function fingerprintOf(text: string): string {
  const hash = (basis: number) => {
    let h = basis
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
    return (h >>> 0).toString(16).padStart(8, '0')
  }
  return hash(0x811c9dc5) + hash(0x050c5d1f)
}
