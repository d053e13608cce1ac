import { describe } from 'vitest'
import { exact } from './exact.ts'
import { keepTheLaws } from './instance.ts'

describe('the laws are kept by', () => keepTheLaws(exact))
