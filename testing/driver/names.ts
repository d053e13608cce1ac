import type { Bindings } from '../../core/contract/binding.ts'
import { TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import type { AnySlot, SlotKind, SourceSlot } from '../../core/slot/slot.ts'
import type { SimulationTypes } from '../../platforms/simulation/index.ts'

/** The names of a job's slots of some kinds. */
export type NameOf<R extends AnySlot, Kind extends SlotKind = SlotKind> = Extract<R, { readonly kind: Kind }>['name']

/** What a source takes. */
export type RecordOf<R extends AnySlot, N> = Extract<R, { readonly name: N }> extends SourceSlot<string, infer T> ? T : never

/** What a job needs but its records: answers for services; and, if wanted, what stores held before, and sinks. */
export type DriverBindings<R extends AnySlot> = Bindings<SimulationTypes, Exclude<R, { readonly kind: 'source' }>, 'service'>

/** What is left to give where no bindings are given: nothing, unless the job has services, which must be bound. */
export type NoBindings<R extends AnySlot> = [NameOf<R, 'service'>] extends [never] ? readonly [] : readonly [bindings: DriverBindings<R>]

/** @throws TanagerError `unknown-slot` if the job has no slot of that name and one of those kinds */
export function slotOf<Kind extends SlotKind>(
  job: Job,
  name: string,
  ...kinds: readonly Kind[]
): Extract<AnySlot, { readonly kind: Kind }> {
  const found = job.slots.get(name)
  if (found !== undefined && (kinds as readonly SlotKind[]).includes(found.kind)) return found as Extract<AnySlot, { readonly kind: Kind }>
  throw unknown(job, name, kinds)
}

function unknown(job: Job, name: string, kinds: readonly SlotKind[]): TanagerError {
  const known = [...job.slots.values()].filter(({ kind }) => kinds.includes(kind)).map((each) => each.name)
  const what = kinds.join(' or ')
  return new TanagerError('unknown-slot', `job ${job.name} has no ${what} ${name}`, {
    allowed: known.join(', ') || `it has no ${what} at all`,
  })
}

// What runners of tests ask of anything they print or compare, or that is awaited.
const asked: ReadonlySet<string> = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  'nodeType',
  'tagName',
  'hasAttribute',
  'inspect',
  'length',
  'size',
])
const nameShape = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

/** By the names of slots; whoever asks for another name is told which there are, and not `undefined`. */
export function byName<A>(job: Job, kind: SlotKind, entries: Iterable<readonly [string, A]>): Readonly<Record<string, A>> {
  return new Proxy<Record<string, A>>(Object.fromEntries(entries), {
    get: (target, key) => {
      if (Reflect.has(target, key) || typeof key === 'symbol' || asked.has(key) || !nameShape.test(key)) return Reflect.get(target, key)
      throw unknown(job, key, [kind])
    },
  })
}
