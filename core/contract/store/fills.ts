/** A read that is under way, to be remembered once it is answered. */
interface Fill {
  readonly id: unknown
  /** Whether its key was written meanwhile. */
  spoilt: boolean
}

/** The reads under way, by their keys: what is written meanwhile spoils them. */
export class Fills {
  readonly #underWay = new Map<unknown, Set<Fill>>()

  begin(id: unknown): Fill {
    const fill = { id, spoilt: false }
    const others = this.#underWay.get(id)
    if (others === undefined) this.#underWay.set(id, new Set([fill]))
    else others.add(fill)
    return fill
  }

  end(fill: Fill): void {
    const all = this.#underWay.get(fill.id)
    all?.delete(fill)
    if (all?.size === 0) this.#underWay.delete(fill.id)
  }

  spoil(id: unknown): void {
    for (const fill of this.#underWay.get(id) ?? []) fill.spoilt = true
  }
}
