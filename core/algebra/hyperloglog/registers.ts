import { downsized, type Entry, entryOf, precisionOf, type Register } from './register.ts'

/** Registers of which few are in use: those, in the order of their places. */
export interface Sparse {
  readonly p: number
  readonly entries: Int32Array
}

/** A byte for each register, 0 for one that is not in use. */
export interface Dense {
  readonly p: number
  readonly registers: Uint8Array
}

/**
 * What a HyperLogLog holds; never changed. Equal registers have one form: a number where one register is in use, the list
 * of those in use while they are a sixteenth or fewer, all of them beyond.
 */
export type HyperLogLog = Register | Sparse | Dense

const mostSparse = (p: number): number => (1 << p) >>> 4

export const isSparse = (value: Sparse | Dense): value is Sparse => 'entries' in value

export const precisionIn = (value: HyperLogLog): number => (typeof value === 'number' ? precisionOf(value) : value.p)

/** @param entries one for each place, in their order */
export function ofEntries(p: number, entries: Int32Array): HyperLogLog {
  if (entries.length === 1) return (p << 24) | (entries[0] as Entry)
  if (entries.length <= mostSparse(p)) return { p, entries }
  const registers = new Uint8Array(1 << p)
  for (const entry of entries) registers[entry >>> 6] = entry & 63
  return { p, registers }
}

/** @param registers to be used again: what is answered holds a copy */
export function ofRegisters(p: number, registers: Uint8Array): HyperLogLog {
  const words = wordsOf(registers)
  let used = 0
  for (let i = 0; i < words.length; i++) {
    // Four registers at once: adding 127 carries into the uppermost bit of each that is not 0.
    const ones = (((words[i] as number) + 0x7f7f7f7f) & 0x80808080) >>> 7
    used += Math.imul(ones, 0x01010101) >>> 24
  }
  if (used > mostSparse(p)) return { p, registers: registers.slice() }
  const entries = new Int32Array(used)
  let at = 0
  for (let i = 0; at < used; i++) {
    if (words[i] === 0) continue
    for (let place = i << 2; place < (i + 1) << 2; place++) {
      const rank = registers[place] as number
      if (rank !== 0) entries[at++] = (place << 6) | rank
    }
  }
  return ofEntries(p, entries)
}

/** The greatest of each register, at the smallest of the precisions. Of at least one value. */
export function merged(values: readonly HyperLogLog[]): HyperLogLog {
  let p = 32
  let length = 0
  for (const value of values) {
    p = Math.min(p, precisionIn(value))
    length += typeof value === 'number' ? 1 : isSparse(value) ? value.entries.length : value.registers.length
  }
  // A few are sorted sooner than all registers are looked through.
  return length <= (1 << p) >>> 7 ? mergedFew(values, p, length) : mergedMany(values, p)
}

function mergedFew(values: readonly HyperLogLog[], p: number, length: number): HyperLogLog {
  const all = new Int32Array(length)
  let at = 0
  const push = (entry: Entry, from: number) => {
    all[at++] = downsized(entry, from, p)
  }
  for (const value of values) {
    if (typeof value === 'number') push(entryOf(value), precisionOf(value))
    else if (isSparse(value)) for (const entry of value.entries) push(entry, value.p)
  }
  all.sort()
  let kept = 0
  for (let i = 0; i < length; i++) {
    const entry = all[i] as Entry
    // The last of its place is the greatest.
    if (i + 1 === length || (all[i + 1] as Entry) >>> 6 !== entry >>> 6) all[kept++] = entry
  }
  return ofEntries(p, all.slice(0, kept))
}

// One for each precision, used again: new ones for every batch would cost more than what is merged in them.
const workspaces: Uint8Array[] = []

function workspace(p: number): Uint8Array {
  const there = workspaces[p]
  if (there !== undefined) return there.fill(0)
  const registers = new Uint8Array(1 << p)
  workspaces[p] = registers
  return registers
}

function mergedMany(values: readonly HyperLogLog[], p: number): HyperLogLog {
  // What is dense stays so, at a smaller precision too: the others go into a copy of it, and nothing is counted.
  const first = values.find((value) => isDenseOf(value, p))
  if (first !== undefined) {
    const registers = (first as Dense).registers.slice()
    for (const value of values) if (value !== first) raiseBy(registers, value, p)
    return { p, registers }
  }
  const registers = workspace(p)
  for (const value of values) raiseBy(registers, value, p)
  return ofRegisters(p, registers)
}

const isDenseOf = (value: HyperLogLog, p: number): boolean => typeof value !== 'number' && value.p === p && !isSparse(value)

function raiseBy(registers: Uint8Array, value: HyperLogLog, p: number): void {
  if (typeof value === 'number') {
    raise(registers, downsized(entryOf(value), precisionOf(value), p))
  } else if (isSparse(value)) {
    for (const entry of value.entries) raise(registers, downsized(entry, value.p, p))
  } else if (value.p === p) {
    raiseAll(registers, value.registers)
  } else {
    raiseDownsized(registers, value, p)
  }
}

function raise(registers: Uint8Array, entry: Entry): void {
  const rank = entry & 63
  if (rank > (registers[entry >>> 6] as number)) registers[entry >>> 6] = rank
}

function raiseDownsized(registers: Uint8Array, { p, registers: from }: Dense, to: number): void {
  for (let place = 0; place < from.length; place++) {
    const rank = from[place] as number
    if (rank !== 0) raise(registers, downsized((place << 6) | rank, p, to))
  }
}

/** Four registers at once: they are bytes below 128, so that a word's uppermost bits are free to say which is greater. */
function raiseAll(registers: Uint8Array, by: Uint8Array): void {
  const into = wordsOf(registers)
  const from = wordsOf(by)
  for (let i = 0; i < into.length; i++) {
    const a = into[i] as number
    const b = from[i] as number
    const notLess = ((a | 0x80808080) - b) & 0x80808080
    const ofA = notLess - (notLess >>> 7)
    into[i] = (a & ofA) | (b & ~ofA)
  }
}

/** They have memory of their own, from its beginning. */
function wordsOf(registers: Uint8Array): Int32Array {
  return new Int32Array(registers.buffer)
}
