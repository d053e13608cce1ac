import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { scriptText } from '../../../platforms/bullmq/scripts.ts'

const folder = new URL('../../../platforms/bullmq/scripts/', import.meta.url)
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.lua'))
  .map((file) => file.slice(0, -'.lua'.length))

const parts = (name: string) => {
  const [, header = '', body = ''] = /^--\[\[\n([\s\S]*?)\n\]\]\n([\s\S]*)$/.exec(scriptText(name)) ?? []
  return { header, body }
}

/** The fixed places of KEYS or ARGV that a text speaks of. */
const places = (text: string, of: 'KEYS' | 'ARGV') =>
  new Set([...text.matchAll(new RegExp(`${of}\\[(\\d+)\\]`, 'g'))].map(([, n]) => Number(n)))

describe.each(names)('%s.lua', (name) => {
  const { header, body } = parts(name)

  it('says in its header what it takes and answers', () => {
    expect(header).toMatch(/^Returns /m)
    expect(header).toMatch(/^KEYS\[1\] /m)
  })

  it.each(['KEYS', 'ARGV'] as const)('documents each %s it reads, and reads each it documents', (of) => {
    const documented = places(header, of)
    const read = places(body, of)
    for (const place of read) expect(documented, `${of}[${place}] is read`).toContain(place)
    // A place may be read by counting up to it; the first that is not must be reached by such a count.
    const unread = [...documented].filter((place) => !read.has(place))
    if (unread.length > 0) expect(body, `${of}[${unread}] is documented`).toMatch(new RegExp(`${of}\\[[^\\d\\]]|#${of}`))
    expect([...documented].sort((a, b) => a - b)).toEqual(Array.from({ length: documented.size }, (_, i) => i + 1))
  })

  it('includes nothing that is not there', () => {
    expect(body).not.toMatch(/^-- @include/m)
  })
})
