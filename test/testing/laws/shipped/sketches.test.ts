import { describe } from 'vitest'
import { keepTheLaws } from './instance.ts'
import { sketches } from './sketches.ts'

describe('the laws are kept by', () => keepTheLaws(sketches))
