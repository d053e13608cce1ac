import { TanagerError } from '../../error.ts'
import { type Entry, entryOf, greatestRank, isPrecision, isRank, precisions } from './register.ts'
import { type HyperLogLog, isSparse, ofEntries, ofRegisters, precisionIn } from './registers.ts'

// 'HYLL', the encoding, three bytes that are 0 in Redis, and the cached count.
const header = 16
const magic = [0x48, 0x59, 0x4c, 0x4c]
const denseEncoding = 0
const sparseEncoding = 1
// Redis knows this precision only. Where it has a 0, any other precision is noted.
const redisPrecision = 14

const denseLength = (p: number): number => header + ((1 << p) * 6) / 8

/** Redis's `hll-sparse-max-bytes` as it comes; where there are more registers than Redis has, in proportion. */
function mostSparse(p: number): number {
  return p > redisPrecision ? 3000 << (p - redisPrecision) : Math.min(3000, denseLength(p) - 1)
}

/**
 * As Redis writes it: at precision 14 this is a HyperLogLog of Redis's own. Other precisions are laid out alike and are
 * refused by Redis, since their length is not its own.
 *
 * Equal registers have equal bytes: sparse with the fewest bytes there can be, or dense if those were too many or a rank
 * is above 32. The cached count is always marked as out of date.
 */
export function toRedisBytes(value: HyperLogLog): Uint8Array {
  const p = precisionIn(value)
  return sparseBytes(value, p) ?? denseBytes(value, p)
}

function begin(bytes: Uint8Array, encoding: number, p: number): void {
  bytes.set(magic)
  bytes[4] = encoding
  bytes[5] = p === redisPrecision ? 0 : p
  bytes[15] = 0x80
}

function denseBytes(value: HyperLogLog, p: number): Uint8Array {
  const registers = registersIn(value, p)
  const bytes = new Uint8Array(denseLength(p))
  begin(bytes, denseEncoding, p)
  // Four registers of 6 bits in three bytes, the lowest bits first.
  for (let place = 0, at = header; place < registers.length; place += 4, at += 3) {
    const four =
      (registers[place] as number) |
      ((registers[place + 1] as number) << 6) |
      ((registers[place + 2] as number) << 12) |
      ((registers[place + 3] as number) << 18)
    bytes[at] = four
    bytes[at + 1] = four >>> 8
    bytes[at + 2] = four >>> 16
  }
  return bytes
}

function registersIn(value: HyperLogLog, p: number): Uint8Array {
  if (typeof value !== 'number' && !isSparse(value)) return value.registers
  const registers = new Uint8Array(1 << p)
  const entries = typeof value === 'number' ? [entryOf(value)] : value.entries
  for (const entry of entries) registers[entry >>> 6] = entry & 63
  return registers
}

/** `undefined` if that is too long or cannot say it. */
function sparseBytes(value: HyperLogLog, p: number): Uint8Array | undefined {
  const runs = new Runs(mostSparse(p) - header)
  if (typeof value === 'number') {
    runs.put(entryOf(value))
  } else if (isSparse(value)) {
    for (let i = 0; i < value.entries.length && runs.fit; i++) runs.put(value.entries[i] as Entry)
  } else {
    for (let place = 0; place < value.registers.length && runs.fit; place++) {
      const rank = value.registers[place] as number
      if (rank !== 0) runs.put((place << 6) | rank)
    }
  }
  runs.end(1 << p)
  if (!runs.fit) return undefined
  const bytes = new Uint8Array(header + runs.length)
  begin(bytes, sparseEncoding, p)
  bytes.set(runs.bytes.subarray(0, runs.length), header)
  return bytes
}

// The longest list of runs there may be, and room for those that show it to be too long.
const room = new Uint8Array((3000 << (precisions.to - redisPrecision)) + 64)

/**
 * Registers as Redis's runs: `00xxxxxx` for up to 64 that are not in use, `01xxxxxx yyyyyyyy` for up to 16384 of them,
 * `1vvvvvxx` for up to 4 of one rank, which is up to 32. They lie in memory that the next ones take over.
 */
class Runs {
  readonly bytes = room
  length = 0
  readonly #most: number
  #sayable = true
  #next = 0
  #rank = 0
  #run = 0

  constructor(most: number) {
    this.#most = most
  }

  get fit(): boolean {
    return this.#sayable && this.length <= this.#most
  }

  put(entry: Entry): void {
    const place = entry >>> 6
    const rank = entry & 63
    if (rank > 32) this.#sayable = false
    if (place > this.#next || rank !== this.#rank || this.#run === 4) {
      this.#close()
      this.#skip(place)
    }
    this.#rank = rank
    this.#run += 1
    this.#next = place + 1
  }

  end(place: number): void {
    this.#close()
    this.#skip(place)
  }

  #close(): void {
    if (this.#run > 0) this.bytes[this.length++] = 0x80 | ((this.#rank - 1) << 2) | (this.#run - 1)
    this.#run = 0
  }

  #skip(to: number): void {
    while (this.#next < to) {
      const run = Math.min(to - this.#next, 16384)
      this.#next += run
      if (run > 64) this.bytes[this.length++] = 0x40 | ((run - 1) >>> 8)
      this.bytes[this.length++] = run - 1
    }
  }
}

/** @throws TanagerError `decode` for what is no HyperLogLog, is not whole, or is written in a way not known here. */
export function fromRedisBytes(bytes: Uint8Array): HyperLogLog {
  if (bytes.length < header || magic.some((byte, i) => bytes[i] !== byte)) {
    throw refused(bytes, 'no HyperLogLog', `at least ${header} bytes that begin with HYLL`)
  }
  const encoding = bytes[4] as number
  const p = bytes[5] === 0 ? redisPrecision : (bytes[5] as number)
  if (encoding > sparseEncoding || bytes[6] !== 0 || bytes[7] !== 0) {
    throw refused(bytes, `a HyperLogLog in a newer format, ${encoding}.${bytes[6]}.${bytes[7]}`, 'the formats 0.0.0 and 1.0.0')
  }
  if (!isPrecision(p)) throw refused(bytes, `a HyperLogLog of the precision ${p}`, `the precisions ${precisions.from} to ${precisions.to}`)
  return encoding === sparseEncoding ? fromSparse(bytes, p) : fromDense(bytes, p)
}

function fromDense(bytes: Uint8Array, p: number): HyperLogLog {
  const length = denseLength(p)
  if (bytes.length !== length) throw refused(bytes, `a dense HyperLogLog of ${bytes.length} bytes`, `${length} bytes at precision ${p}`)
  const registers = new Uint8Array(1 << p)
  const most = greatestRank(p)
  for (let place = 0, at = header; place < registers.length; place += 4, at += 3) {
    const four = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)
    registers[place] = four & 63
    registers[place + 1] = (four >>> 6) & 63
    registers[place + 2] = (four >>> 12) & 63
    registers[place + 3] = four >>> 18
  }
  for (let place = 0; place < registers.length; place++) {
    if ((registers[place] as number) > most) {
      throw refused(bytes, `a HyperLogLog with ${registers[place]} in the register ${place}`, `0 to ${most} at precision ${p}`)
    }
  }
  return ofRegisters(p, registers)
}

function fromSparse(bytes: Uint8Array, p: number): HyperLogLog {
  const all = 1 << p
  const entries: Entry[] = []
  let place = 0
  let at = header
  while (at < bytes.length) {
    const opcode = bytes[at++] as number
    if (opcode >= 0x80) {
      const rank = ((opcode >>> 2) & 31) + 1
      const end = place + (opcode & 3) + 1
      if (end > all || !isRank(rank, p)) break
      for (; place < end; place++) entries.push((place << 6) | rank)
    } else if (opcode < 0x40) {
      place += opcode + 1
    } else {
      if (at === bytes.length) throw refused(bytes, 'a sparse HyperLogLog that is cut off', 'two bytes for a long run')
      place += (((opcode & 63) << 8) | (bytes[at++] as number)) + 1
    }
    if (place > all) break
  }
  if (place !== all || at !== bytes.length) {
    const met = place > all || at !== bytes.length ? 'more registers' : `${place} registers`
    throw refused(bytes, `a sparse HyperLogLog of ${met}`, `${all} at precision ${p}`)
  }
  return ofEntries(p, Int32Array.from(entries))
}

function refused(bytes: Uint8Array, what: string, allowed: string): TanagerError {
  const start = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return new TanagerError('decode', `these ${bytes.length} bytes are ${what}`, { value: start, allowed })
}
