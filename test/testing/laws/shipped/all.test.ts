import * as algebra from 'tanager/algebra'
import { expect, it } from 'vitest'
import { combined } from './combined.ts'
import { exact } from './exact.ts'
import { sketches } from './sketches.ts'

/** What is no aggregation, or keeps the id of what it is made of, or has that of what it makes. */
const others = ['aggregation', 'valueAt', 'contramap', 'either', 'filter', 'join', 'map']

it('no aggregation that comes with tanager is left out', () => {
  const ids = [...exact, ...combined, ...sketches].map(({ id }) => id.split('(')[0])
  expect(Object.keys(algebra).filter((name) => !(others.includes(name) || ids.includes(name)))).toEqual([])
})
