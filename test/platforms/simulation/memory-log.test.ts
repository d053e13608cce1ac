import { memoryLog } from '../../../platforms/simulation/memory-log.ts'
import { logLaws } from '../../laws/log-laws.ts'

logLaws('the log in memory', async (parts) => ({ log: memoryLog(parts), close: async () => {} }))
