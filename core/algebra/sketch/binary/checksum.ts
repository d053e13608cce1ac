// Four tables, so that a word goes through in one step: a sketch may have hundreds of kilobytes.
const tables = tablesOf()

/** CRC-32, the one of zip and PNG. Whatever happens to 32 bits in a row shows for certain. */
export function checksum(bytes: Uint8Array, length: number): number {
  const [t0, t1, t2, t3] = tables as [Int32Array, Int32Array, Int32Array, Int32Array]
  let sum = -1
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    sum ^= (bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] as number) << 24)
    sum = (t3[sum & 255] as number) ^ (t2[(sum >>> 8) & 255] as number) ^ (t1[(sum >>> 16) & 255] as number) ^ (t0[sum >>> 24] as number)
  }
  for (let i = whole; i < length; i++) sum = (sum >>> 8) ^ (t0[(sum ^ (bytes[i] as number)) & 255] as number)
  return ~sum >>> 0
}

function tablesOf(): readonly Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0)
    return rest
  })
  const all = [first]
  for (let i = 1; i < 4; i++) all.push((all[i - 1] as Int32Array).map((rest) => (rest >>> 8) ^ (first[rest & 255] as number)))
  return all
}
