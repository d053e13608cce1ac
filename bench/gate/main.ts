// npm run bench:gate [-- --set]: are we slower than we were? Compares ratios with their floors, and sets these with --set.
import { parseArgs } from 'node:util'
import { build } from '../build.ts'
import { measuredRedis } from '../redis.ts'
import { number } from '../report/format.ts'
import { costs } from './costs.ts'
import { fallen, floors, outgrown, setFloors } from './floors.ts'
import { meaning, names, type Ratios, ratiosOf } from './ratios.ts'

const { values: options } = parseArgs({ options: { set: { type: 'boolean', default: false } } })
build()

if (options.set) {
  const found: Ratios[] = []
  for (let i = 0; i < 5; i++) found.push(await measured())
  setFloors(found)
  for (const [name, floor] of Object.entries(floors())) console.log(`${name}: ${floor}`)
} else {
  const low = await below()
  // Once more before anybody is blamed: what else the machine did may have hit one of two neighbours.
  const again = low.length === 0 ? [] : await below()
  for (const name of low.filter((name) => again.includes(name))) {
    console.error(`slower than it was: ${meaning[name]}, is below its floor in bench/gate/floor.json, twice`)
    process.exitCode = 1
  }
}

async function below() {
  const [found, least] = [await measured(), floors()]
  const low = fallen(found, least)
  for (const name of names) {
    const verdict = low.includes(name) ? 'LOW' : 'ok '
    const hint = outgrown(found, least).includes(name) ? '; the floor may be raised: npm run bench:gate -- --set' : ''
    console.log(`${verdict} ${meaning[name]}: ${number(found[name])}, floor ${number(least[name])}${hint}`)
  }
  return low
}

async function measured(): Promise<Ratios> {
  await using redis = await measuredRedis()
  return ratiosOf(await costs(redis, 5))
}
