import { expect } from 'vitest'
import { platformLaws } from './platform-laws.ts'
import { simulated } from './simulated.ts'

platformLaws(
  'the simulation',
  async (job, inputs, seed) => {
    const result = await simulated(job, inputs, seed)
    expect(result.failed).toEqual([])
    const settings = JSON.stringify(result.settings)
    return { ...result, history: [settings, ...result.history] }
  },
  { runs: 2500 },
)
