import { describe } from 'vitest'
import { counting } from './counting.ts'
import { crashing } from './crashing.ts'
import { reading } from './reading.ts'
import { sharedBroker } from './shared.ts'
import { writing } from './writing.ts'

// One broker for all of it: it takes longer to start than most of the tests.
const broker = sharedBroker()

describe('a reader', () => reading(broker))
describe('a reader that crashes', () => crashing(broker))
describe('a sink', () => writing(broker))
describe('a job', () => counting(broker))
