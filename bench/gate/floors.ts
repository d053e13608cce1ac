import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spreadOf } from '../statistics.ts'
import { names, type RatioName, type Ratios } from './ratios.ts'

const file = join(import.meta.dirname, 'floor.json')

/** How far below what is usual a floor lies: no noise was seen to come as low, and what costs 30 % more comes to 77 %. */
const part = 0.85

export const floors = (): Ratios => JSON.parse(readFileSync(file, 'utf8')) as Ratios

/** Sets floors by what several measurements have found. */
export function setFloors(found: readonly Ratios[]): void {
  const floorOf = (name: RatioName) => Number((part * spreadOf(found.map((ratios) => ratios[name])).median).toPrecision(3))
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(names.map((name) => [name, floorOf(name)])), null, 2)}\n`)
}

/** The ratios that are below their floors. */
export const fallen = (found: Ratios, floors: Ratios): readonly RatioName[] => names.filter((name) => !(found[name] >= floors[name]))

/** The ratios that have become so good that their floors would let a loss of 30 % pass. */
export const outgrown = (found: Ratios, floors: Ratios): readonly RatioName[] => names.filter((name) => found[name] / 1.3 > floors[name])
