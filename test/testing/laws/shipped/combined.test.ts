import { describe } from 'vitest'
import { combined } from './combined.ts'
import { keepTheLaws } from './instance.ts'

describe('the laws are kept by', () => keepTheLaws(combined))
