import fc from 'fast-check'
import { codec, type Job, job, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { simulation } from '../../../platforms/simulation/index.ts'
import { inputsOf, type RandomInputs } from '../../../testing/arbitrary/inputs.ts'

const sales = source('sales', { item: codec.struct({ shop: codec.string, cents: codec.int }) })
const cities = service('cities', { key: codec.string, value: codec.tuple(codec.string, codec.date) })
const totals = store('totals', { key: codec.string, sum })
const perCity = job(
  'per-city',
  sales
    .map(({ shop, cents }) => [shop, cents] as const)
    .leftJoin(cities)
    .map(([, [cents, city]]) => [city._tag === 'None' ? '' : city.value[0], cents] as const)
    .sumByKey(totals),
)

const url = codec.of<URL>({ id: 'url', encode: ({ href }) => href, decode: (text) => new URL(text) })
const visits = source('visits', { item: url })
const answers = service('page-of', { key: url, value: codec.json<{ readonly title: string }>() })
const titles = sink('titles', { item: codec.string })
const titled = job(
  'titled',
  visits
    .lookup(answers)
    .map(([, page]) => (page._tag === 'None' ? 'none' : page.value.title))
    .write(titles),
)

describe('inputsOf', () => {
  it('makes up what a job is run with', async () => {
    const inputs = await inputsOf(perCity)
    let records = 0
    await fc.assert(
      fc.asyncProperty(inputs, async (drawn) => {
        const { stores, deadLetters } = await memory().on(perCity).run(drawn)
        const cents = drawn.sales.reduce((total, { cents }) => total + cents, 0)
        records += drawn.sales.length
        expect(drawn.sales.length).toBeLessThanOrEqual(20)
        expect([...stores.totals.values()].reduce((a, b) => a + b, 0)).toBe(cents)
        expect(deadLetters).toEqual([])
      }),
    )
    expect(records).toBeGreaterThan(100)
  })

  it('makes up what fits every platform, by its type', async () => {
    const check = (drawn: RandomInputs<typeof perCity extends Job<infer R> ? R : never>) => [
      memory().on(perCity).run(drawn),
      simulation().on(perCity).run(drawn),
    ]
    expect(check).toBeDefined()
    // @ts-expect-error: there is no such slot
    const wrong = inputsOf(perCity, { values: { nothing: [1] } })
    await expect(wrong).rejects.toMatchObject({ code: 'unknown-slot', message: expect.stringContaining('allowed: sales, cities') })
    // @ts-expect-error: these are not its records
    await inputsOf(perCity, { values: { sales: ['north'] } })
  })

  it('has services answer some keys, and the same key always the same', async () => {
    const inputs = fc.sample(await inputsOf(perCity), { seed: 1, numRuns: 100 })
    const keys = ['north', 'south', 'east', 'west']
    const all = inputs.map(({ cities }) => keys.map(cities))
    expect(inputs.map(({ cities }) => keys.map(cities))).toEqual(all)
    expect(all.flat().filter((answer) => answer === undefined).length).toBeGreaterThan(20)
    expect(all.flat().filter((answer) => answer !== undefined).length).toBeGreaterThan(200)
    expect(all.some(([north, south]) => JSON.stringify(north) !== JSON.stringify(south))).toBe(true)
  })

  it('has them answer a copy, so that who changes one changes no other', async () => {
    const [inputs] = fc.sample(await inputsOf(perCity, { values: { cities: [['Rome', new Date(0)]] } }), { seed: 5, numRuns: 1 })
    const answer = ['a', 'b', 'c', 'd', 'e', 'f']
      .map((key) => ({ key, found: inputs?.cities(key) }))
      .find(({ found }) => found !== undefined)
    if (answer === undefined) throw new Error('no key is answered')
    ;(answer.found as unknown as string[])[0] = 'Paris'
    expect(inputs?.cities(answer.key)?.[0]).toBe('Rome')
  })

  it('shows services so that a person can read them', async () => {
    const failed = fc.check(
      fc.property(await inputsOf(perCity), ({ sales }) => sales.length === 0),
      { seed: 1 },
    )
    expect(fc.stringify(failed.counterexample?.[0])).toBe(
      '{"sales":[{"cents":0,"shop":""}],"cities":(key) => one of [undefined], the same for the same key}',
    )
  })

  it.each([
    [{}, 'job titled: the source visits: nobody but you knows the values of the codec url. Give some: { values: { visits: […] } }.'],
    [
      { visits: [new URL('http://a/')] },
      "job titled: the service page-of: codec.json() takes any JSON and does not tell which is meant (json). Give some: { values: { 'page-of': […] } }.",
    ],
  ])('names the slot whose values cannot be made up, and what to do', async (values, message) => {
    await expect(inputsOf(titled, { values })).rejects.toMatchObject({ code: 'invalid-option', message })
  })

  it('takes those it is given, as a list or as an arbitrary', async () => {
    const inputs = await inputsOf(titled, {
      records: 3,
      values: { visits: fc.nat(9).map((n) => new URL(`http://a/${n}`)), 'page-of': [{ title: 'one' }, { title: 'two' }] },
    })
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(inputs, async (drawn) => {
        expect(drawn.visits.length).toBeLessThanOrEqual(3)
        for (const title of (await memory().on(titled).run(drawn)).sinks.titles) seen.add(title)
      }),
    )
    expect([...seen].sort()).toEqual(['none', 'one', 'two'])
  })
})
