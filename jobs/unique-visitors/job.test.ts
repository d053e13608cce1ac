import { memory } from 'tanager/memory'
import { expect, test } from 'vitest'
import uniqueVisitors from './job.ts'

/** What becomes of these lines. */
const after = (lines: readonly string[]) => memory().on(uniqueVisitors).run({ lines })

const line = (host: string, time: string, path: string, status: number, bytes: number | '-') =>
  `${host} - - [${time}] "GET ${path} HTTP/1.1" ${status} ${bytes} "-" "curl/8.5"`

const few = [
  line('192.0.2.1', '02/Jan/2026:22:00:00 +0000', '/blog/sums', 200, 100),
  line('192.0.2.1', '02/Jan/2026:22:00:00 +0000', '/blog/sums?from=feed', 304, '-'),
  line('192.0.2.2', '02/Jan/2026:23:00:00 +0000', '/blog/birds', 200, 300),
  line('192.0.2.2', '02/Jan/2026:23:00:01 +0000', '/wp-login.php', 404, 9),
  line('192.0.2.3', '03/Jan/2026:01:30:00 +0200', '/', 200, 700),
  line('192.0.2.1', '03/Jan/2026:00:00:00 +0000', '/blog/birds', 200, 200),
]

test('counts the visitors of each day, and of each section', async () => {
  const { stores, deadLetters } = await after(few)
  expect(deadLetters).toEqual([])
  const rounded = (of: ReadonlyMap<string, { readonly estimate: number }>) =>
    Object.fromEntries([...of].map(([key, { estimate }]) => [key, Math.round(estimate)]))
  expect(rounded(stores.visitors)).toEqual({ '2026-01-02': 3, '2026-01-03': 1 })
  expect(rounded(stores.visitorsOfSection)).toEqual({ '2026-01-02 /blog': 2, '2026-01-02 /': 1, '2026-01-03 /blog': 1 })
})

test('knows the sizes of what each section sends', async () => {
  const { stores } = await after(few)
  const blog = stores.sizes.get('/blog')
  expect(blog).toMatchObject({ count: 4, min: 0, max: 300 })
  const median = blog?.quantile(0.5).estimate ?? Number.NaN
  expect(Math.abs(median - 100)).toBeLessThanOrEqual(1)
  expect(stores.sizes.get('/')?.quantile(0.99).estimate).toBe(700)
})

test('ranks the pages of a day, whatever their queries, and none that are not there', async () => {
  const { stores } = await after(few)
  const top = stores.pages.get('2026-01-02')?.top(2)
  expect(top?.[0]).toMatchObject({ key: '/blog/sums', count: { min: 2, max: 2 }, guaranteed: true })
  expect(stores.pages.get('2026-01-02')?.count('/wp-login.php').max).toBe(0)
})

test('lets older views fade, by half in an hour', async () => {
  const { stores } = await after(few)
  // Two views two hours before the last, one view an hour before and the last itself.
  const { values } = stores.trending.get('/blog') ?? {}
  expect([...(values ?? [])]).toEqual([
    ['/blog/birds', 1.5],
    ['/blog/sums', 0.5],
  ])
})

test.each([
  ['', 'its 9th word is "", not a status'],
  [few[0]?.replace(' 100 ', ' 7k ') ?? '', 'its 10th word is "7k", not a number of bytes'],
  [few[0]?.replace('+0000', 'UTC') ?? '', 'its 4th and 5th words are "[02/Jan/2026:22:00:00 UTC]", not a time'],
])('lays aside: %s', async (odd, reason) => {
  const { stores, deadLetters } = await after([odd])
  expect(stores.visitors.size).toBe(0)
  expect(deadLetters).toEqual([expect.objectContaining({ record: odd, node: 'requests', error: `not a line of an access log: ${reason}` })])
})

/** A day of many visitors: the page with the number n is viewed about 1/n as often as the first. */
function generated(count: number): { readonly lines: string[]; readonly truth: Truth } {
  const truth: Truth = { visitors: new Set(), pages: new Map(), sizes: [] }
  const lines: string[] = []
  let state = 1
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  for (let i = 0; i < count; i++) {
    const visitor = `10.${Math.floor(random() * 4)}.${Math.floor(random() * 64)}.${Math.floor(random() * 64)}`
    const page = `/docs/${Math.floor(2000 ** random())}`
    const bytes = Math.floor(100 * 10 ** (4 * random()))
    truth.visitors.add(visitor)
    truth.pages.set(page, (truth.pages.get(page) ?? 0) + 1)
    truth.sizes.push(bytes)
    lines.push(line(visitor, `05/Mar/2026:${String(Math.floor((i * 24) / count)).padStart(2, '0')}:00:00 +0000`, page, 200, bytes))
  }
  truth.sizes.sort((a, b) => a - b)
  return { lines, truth }
}

interface Truth {
  readonly visitors: Set<string>
  readonly pages: Map<string, number>
  readonly sizes: number[]
}

test('is as near to the truth as it promises over a day of 30 000 requests', async () => {
  const { lines, truth } = generated(30_000)
  const { stores } = await after(lines)

  const visitors = stores.visitors.get('2026-03-05')
  expect(truth.visitors.size).toBeGreaterThan(10_000)
  expect(visitors?.min).toBeLessThanOrEqual(truth.visitors.size)
  expect(visitors?.max).toBeGreaterThanOrEqual(truth.visitors.size)
  expect(Math.abs((visitors?.estimate ?? 0) / truth.visitors.size - 1)).toBeLessThan(0.03)

  const sizes = stores.sizes.get('/docs')
  for (const q of [0.5, 0.95, 0.99]) {
    const exact = truth.sizes[Math.floor(q * (truth.sizes.length - 1))] ?? Number.NaN
    expect(Math.abs((sizes?.quantile(q).estimate ?? 0) / exact - 1), `quantile ${q}`).toBeLessThanOrEqual(0.01)
  }

  const pages = stores.pages.get('2026-03-05')
  const ranked = [...truth.pages].sort(([, a], [, b]) => b - a)
  expect(ranked.length).toBeGreaterThan(1000)
  expect(pages?.total).toBe(30_000)
  expect(pages?.top(5).map(({ key }) => key)).toEqual(ranked.slice(0, 5).map(([page]) => page))
  for (const { key, count } of pages?.top() ?? []) {
    const exact = truth.pages.get(key) ?? 0
    expect(count.min, key).toBeLessThanOrEqual(exact)
    expect(count.max, key).toBeGreaterThanOrEqual(exact)
    expect(count.max - exact, key).toBeLessThanOrEqual(30_000 / 500)
  }

  expect([...(stores.trending.get('/docs')?.values.keys() ?? [])][0]).toBe('/docs/1')
})
