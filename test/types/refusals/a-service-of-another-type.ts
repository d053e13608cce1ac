import { bullmq } from 'tanager/bullmq'
import { named } from './slots.ts'

export const refused = bullmq()
  .on(named)
  .bind({ names: new Map([['a', 1]]) })
