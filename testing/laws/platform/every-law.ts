import type { TestPlatform } from '../../platform/platform.ts'
import type { NamedLaw } from '../suite.ts'
import { check, type Thoroughness } from './check.ts'
import { emissionLaw } from './law/emission.ts'
import { nothingVanishes } from './law/nothing-vanishes.ts'
import { onceLaw } from './law/once.ts'
import { orderLaw } from './law/order.ts'
import { platformLaw } from './law/same-everywhere.ts'
import type { PlatformLaw } from './platform-law.ts'

export function everyLaw(platform: TestPlatform, thoroughness: Thoroughness): readonly NamedLaw[] {
  const test = <Drawn>(law: PlatformLaw<Drawn>): NamedLaw => ({
    law: law.law,
    name: `${law.law}: ${law.says}`,
    check: () => check(platform, law, thoroughness),
  })
  return [test(platformLaw), test(emissionLaw), test(orderLaw), test(onceLaw), test(nothingVanishes)]
}
