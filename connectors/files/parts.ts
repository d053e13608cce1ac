import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Door } from './door.ts'
import { errnoOf, isMissing } from './fault.ts'

/**
 * A part is what becomes one file. It is a folder that only ever goes one way:
 *
 * - `open/`: batches land here, each a file of its own, whose name is its token.
 * - `frozen/`: the same folder renamed, so that nothing can be put in any more. Its batches are put together, in `ready`.
 * - `done/`: the same folder renamed again, so that nobody else puts them together. `ready` is moved out, to where readers see it.
 *
 * Each step is one rename. It takes place once, whoever tries it and however often, and a crash between any two leaves
 * something to go on from. There is no lock that a dead process could hold.
 */
export class Parts {
  readonly #door: Door
  readonly #folder: string
  readonly #prefix: string
  readonly #home: string
  /** Tokens in parts that will not change any more. */
  readonly #settled = new Map<string, ReadonlySet<string>>()

  constructor(door: Door, folder: string, prefix: string) {
    this.#door = door
    this.#folder = folder
    this.#prefix = prefix
    this.#home = join(folder, `.${prefix}`)
  }

  /** Puts a batch into the part that is open, unless it is in one already. */
  async land(token: string, lines: string): Promise<void> {
    const door = this.#door
    await door.makeFolder(this.#home)
    if ((await this.#all()).some((part) => part.tokens.has(token))) return
    const made = join(this.#home, `making-${randomUUID()}`)
    try {
      await door.write(made, [lines])
      for (;;) {
        const open = join(await this.#openPart(), 'open')
        try {
          await door.rename(made, join(open, token))
          await door.sync(open)
          return
        } catch (thrown) {
          // It was frozen meanwhile: the next one is opened. Where the name landed and the folder was renamed, it is in it all the same.
          if (!isMissing(thrown)) throw thrown
          if (!(await this.#exists(made))) return
        }
      }
    } finally {
      await door.remove(made).catch(() => {})
    }
  }

  /** How large the open part is, in bytes. */
  async waiting(): Promise<number> {
    const part = (await this.#all()).at(-1)
    if (part?.state !== 'open') return 0
    const sizes = await Promise.all([...part.tokens].map((token) => this.#door.size(join(part.path, 'open', token)).catch(() => 0)))
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  /** Makes a file of what the open part has, and goes on with what others have left in the middle of it. */
  async roll(): Promise<void> {
    for (const part of await this.#all()) {
      if (this.#settled.has(part.name)) continue
      if (part.state === 'open' && part.tokens.size === 0) continue
      if (part.state === 'open') await once(() => this.#door.rename(join(part.path, 'open'), join(part.path, 'frozen')))
      await this.#publish(part.name)
    }
  }

  /** Finishes what somebody has begun and left, but freezes nothing. */
  async resume(): Promise<void> {
    for (const part of await this.#all()) {
      if (part.state !== 'open' && !this.#settled.has(part.name)) await this.#publish(part.name)
    }
  }

  /** The token of a part that is done stays known for as long as its folder is there. */
  async #publish(name: string): Promise<void> {
    const door = this.#door
    const path = join(this.#home, name)
    const state = await this.#stateOf(name)
    if (state === 'frozen') {
      const frozen = join(path, 'frozen')
      await once(async () => {
        const batches = await this.#kept(name, tokensIn(await door.names(frozen)))
        const contents = await Promise.all(batches.map((token) => door.read(join(frozen, token))))
        const made = join(frozen, `.making-${randomUUID()}`)
        await door.write(made, contents)
        await door.rename(made, join(frozen, '.ready'))
        await door.sync(frozen)
      })
      await once(() => door.rename(frozen, join(path, 'done')))
      await door.sync(path)
    }
    const done = join(path, 'done')
    const names = await door.names(done)
    if (names.includes('.ready')) {
      const isEmpty = (await door.size(join(done, '.ready')).catch(() => 0)) === 0
      if (isEmpty) await door.remove(join(done, '.ready'))
      else await once(() => door.rename(join(done, '.ready'), join(this.#folder, `${this.#prefix}-${name}.ndjson`)))
      await door.sync(this.#folder)
    }
    await this.#compact(done, await door.names(done))
  }

  /** The batches of a part that are in none before it, in the order of their numbers. Parts before it do not change any more. */
  async #kept(name: string, tokens: readonly string[]): Promise<readonly string[]> {
    const before = (await this.#all()).filter((part) => part.name < name)
    return tokens.filter((token) => !before.some((part) => part.tokens.has(token)))
  }

  /** Of what is done, only the tokens are needed: they tell a batch that comes again. */
  async #compact(done: string, names: readonly string[]): Promise<void> {
    const door = this.#door
    const tokens = tokensIn(names)
    if (tokens.length > 0 && !names.includes('.tokens')) {
      const made = join(done, `.making-${randomUUID()}`)
      await door.write(made, [tokens.join('\n')])
      // Whoever has written them before us takes away what others have begun.
      await once(() => door.rename(made, join(done, '.tokens')))
      await door.sync(done)
    }
    for (const token of [...tokens, ...names.filter((name) => name.startsWith('.making'))]) await door.remove(join(done, token))
  }

  async #openPart(): Promise<string> {
    const last = (await this.#all()).at(-1)
    if (last?.state === 'open') return last.path
    const name = String(Number(last?.name ?? 0) + 1).padStart(10, '0')
    const made = join(this.#home, `making-${randomUUID()}`)
    await this.#door.makeFolder(join(made, 'open'))
    try {
      // A part is never empty, so that no rename can take the place of one that somebody else has made.
      await this.#door.rename(made, join(this.#home, name))
      await this.#door.sync(this.#home)
    } catch (thrown) {
      await this.#door.remove(made)
      if (!['ENOTEMPTY', 'EEXIST'].includes(errnoOf(thrown) ?? '')) throw thrown
    }
    return join(this.#home, name)
  }

  async #all(): Promise<readonly Part[]> {
    const names = (await this.#door.names(this.#home)).filter((name) => /^\d+$/.test(name))
    const parts: Part[] = []
    for (const name of names) {
      const path = join(this.#home, name)
      const settled = this.#settled.get(name)
      if (settled !== undefined) {
        parts.push({ name, path, state: 'done', tokens: settled })
        continue
      }
      const state = await this.#stateOf(name)
      const tokens = await this.#tokensOf(name)
      parts.push({ name, path, state, tokens })
    }
    return parts
  }

  async #stateOf(name: string): Promise<Part['state']> {
    const names = await this.#door.names(join(this.#home, name))
    return (['done', 'frozen'] as const).find((state) => names.includes(state)) ?? 'open'
  }

  /** The folder may be renamed, or emptied, while it is looked into: then it is looked into again. */
  async #tokensOf(name: string): Promise<ReadonlySet<string>> {
    for (;;) {
      const state = await this.#stateOf(name)
      const folder = join(this.#home, name, state)
      try {
        const names = await this.#door.names(folder)
        if (names.includes('.tokens')) {
          const tokens = new Set((await this.#door.read(join(folder, '.tokens'))).toString('utf8').split('\n'))
          if (!names.includes('.ready') && tokensIn(names).length === 0) this.#settled.set(name, tokens)
          return tokens
        }
        const isStill = (await this.#stateOf(name)) === state && !(await this.#exists(join(folder, '.tokens')))
        if (isStill) return new Set(tokensIn(names))
      } catch (thrown) {
        if (!isMissing(thrown)) throw thrown
      }
    }
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#door.size(path)
      return true
    } catch (thrown) {
      if (isMissing(thrown)) return false
      throw thrown
    }
  }
}

interface Part {
  readonly name: string
  readonly path: string
  readonly state: 'open' | 'frozen' | 'done'
  readonly tokens: ReadonlySet<string>
}

const tokensIn = (names: readonly string[]): readonly string[] => names.filter((name) => !name.startsWith('.')).sort()

/** Somebody else may have done it meanwhile: then what was to be renamed is not there. */
async function once(step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
  }
}
