import { memory } from 'tanager/memory'
import { expect, test } from 'vitest'
import accessLog from './job.ts'

const counts = (object: Record<string, number>) => new Map(Object.entries(object))

/** What becomes of these lines. */
const after = (...lines: string[]) => memory().on(accessLog).run({ lines })

test('counts hits by path, bytes by host, statuses and hours', async () => {
  const { stores, deadLetters } = await after(
    '192.0.2.1 - - [02/Jan/2026:23:58:59 +0000] "GET / HTTP/1.1" 200 1000 "-" "Mozilla/5.0 (X11; Linux x86_64)"',
    '192.0.2.2 - ada [03/Jan/2026:00:00:01 +0000] "GET /a?b=c HTTP/1.1" 304 - "https://example.org/" "curl/8.5"',
    '192.0.2.1 - - [03/Jan/2026:00:59:59 +0000] "HEAD / HTTP/1.1" 200 24 "-" "-"',
  )
  expect(deadLetters).toEqual([])
  expect(stores).toEqual({
    hits: counts({ '/': 2, '/a?b=c': 1 }),
    bytes: counts({ '192.0.2.1': 1024, '192.0.2.2': 0 }),
    statuses: counts({ 200: 2, 304: 1 }),
    hours: counts({ '2026-01-02T23:00Z': 1, '2026-01-03T00:00Z': 2 }),
  })
})

test.each([
  ['[31/Dec/2025:23:30:00 -0100]', '2026-01-01T00:00Z'],
  ['[01/Jan/2026:05:15:00 +0530]', '2025-12-31T23:00Z'],
  ['[29/Feb/2024:12:00:00 +0000]', '2024-02-29T12:00Z'],
])('%s is in the hour %s', async (time, hour) => {
  const { stores } = await after(`192.0.2.1 - - ${time} "GET / HTTP/1.1" 200 1`)
  expect([...stores.hours.keys()]).toEqual([hour])
})

test('counts a line whose end is missing, since it wants nothing of it', async () => {
  const { stores } = await after('192.0.2.1 - - [02/Jan/2026:10:00:00 +0000] "GET /feed HTTP/1.1" 200 7 "-" "Mozilla/5.0 (compat')
  expect(stores.hits).toEqual(counts({ '/feed': 1 }))
})

test.each([
  ['', 'its 9th word is "", not a status'],
  ['192.0.2.1 - - [02/Jan/2026:10:00:00 +0000] "-" 408 0', 'its 9th word is "", not a status'],
  ['192.0.2.1 - - [02/Jan/2026:10:00:00 +0000] "GET /my file HTTP/1.1" 200 7', 'its 9th word is "HTTP/1.1\\"", not a status'],
  ['192.0.2.1 - - [02/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 7k', 'its 10th word is "7k", not a number of bytes'],
  ['192.0.2.1 - - 2026-01-02 10:00:00 "GET / HTTP/1.1" 200 7', 'its 4th and 5th words are "2026-01-02 10:00:00", not a time'],
])('lays aside: %s', async (line, reason) => {
  const { stores, deadLetters } = await after(line)
  expect(stores.hits.size).toBe(0)
  expect(deadLetters).toEqual([
    expect.objectContaining({ record: line, node: 'requests', error: `not a line of an access log: ${reason}` }),
  ])
})
