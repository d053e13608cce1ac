import type { Pointer } from '../../core/engine/log.ts'
import type { Call, Fate, Request } from '../../platforms/simulation/index.ts'
import type { Fault } from './fault.ts'

type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>

/** A fate in which nothing befalls anybody but what was asked for, each once; and what another fate has for them. */
export class ArmedFate implements Fate {
  readonly #other: Fate
  readonly #armed: Fault[] = []
  /** Faults whose dead come back at once. */
  readonly #replaced = new WeakSet<Fault>()
  /** Who died last, if they died of something that was asked for. */
  #death: { readonly call: Call; readonly of: FaultOf<'crash'> } | undefined

  constructor(other: Fate) {
    this.#other = other
  }

  arm(fault: Fault): void {
    this.#armed.push(fault)
  }

  /** What has not happened yet. */
  get armed(): readonly Fault[] {
    return this.#armed
  }

  /** Whoever dies of what is armed by now comes back at once. */
  replaceLater(): void {
    for (const fault of this.#armed) this.#replaced.add(fault)
  }

  dies: Fate['dies'] = (call) => {
    const fault = this.#take('crash', ({ step, of }) => isAt(call, step, of))
    if (fault === undefined && !this.#other.dies(call)) return false
    this.#death = fault === undefined ? undefined : { call, of: fault }
    return true
  }

  afterDeath: Fate['afterDeath'] = (call) => {
    if (this.#death?.call !== call) return this.#other.afterDeath(call)
    return this.#death.of.when === 'after' ? 0 : undefined
  }

  replaces: Fate['replaces'] = () => (this.#death === undefined ? this.#other.replaces() : this.#replaced.has(this.#death.of))

  findsOut: Fate['findsOut'] = () => this.#other.findsOut()

  standsStill: Fate['standsStill'] = (call) => {
    const fault = this.#take('hold up', ({ step, of }) => isAt(call, step, of))
    return fault === undefined ? this.#other.standsStill(call) : fault.milliseconds
  }

  fails: Fate['fails'] = (call, last) =>
    this.#take('fail', ({ of }) => placeOf(call.request).slot === of) !== undefined || this.#other.fails(call, last)

  loses: Fate['loses'] = (pointer) => this.#take('lose', ({ of }) => isOf(pointer, of)) !== undefined || this.#other.loses(pointer)

  // What a client sends twice is another matter: it does so when it has died after an `append`.
  doubles: Fate['doubles'] = (what) =>
    ('kind' in what && this.#take('double', ({ of }) => isOf(what, of)) !== undefined) || this.#other.doubles(what)

  #take<Kind extends Fault['kind']>(kind: Kind, applies: (fault: FaultOf<Kind>) => boolean): FaultOf<Kind> | undefined {
    const at = this.#armed.findIndex((fault) => fault.kind === kind && applies(fault as FaultOf<Kind>))
    return at === -1 ? undefined : (this.#armed.splice(at, 1)[0] as FaultOf<Kind>)
  }
}

function isAt(call: Call, step: string, of: string | undefined): boolean {
  const place = placeOf(call.request)
  return place.step === step && (of === undefined || place.slot === of)
}

/** Which step a request is, and of which slot. */
function placeOf({ verb, args }: Request): { readonly step: string; readonly slot?: string | undefined } {
  const [, kind, outside] = /^the (service|sink) (\S+)$/.exec(verb) ?? []
  if (outside !== undefined) return { step: kind === 'service' ? 'multiGet' : 'write', slot: outside }
  const [first] = args
  if (typeof first !== 'object' || first === null) return { step: verb, slot: typeof first === 'string' ? first : undefined }
  const { stream, store } = first as { readonly stream?: string; readonly store?: string }
  return { step: verb, slot: stream ?? store }
}

function isOf(pointer: Pointer, slot: string | undefined): boolean {
  return slot === undefined || slot === slotOfPointer(pointer)
}

function slotOfPointer(pointer: Pointer): string {
  switch (pointer.kind) {
    case 'stage':
      return pointer.stream
    case 'sum':
      return pointer.store
    case 'sink':
      return pointer.sink
  }
}
