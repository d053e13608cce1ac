import { describe, it } from 'vitest'
import { memoryLog } from '../../../platforms/simulation/memory-log.ts'
import { logLaws } from '../../../testing/laws/log/laws.ts'

const suite = logLaws({ name: 'the log in memory', open: async (parts) => ({ log: memoryLog(parts), close: async () => {} }) })

describe('the log in memory', () => {
  for (const { name, check } of suite) it(name, check)
})
