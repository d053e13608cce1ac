import { bullmq } from 'tanager/bullmq'
import uniqueVisitors from './job.ts'

export default bullmq().on(uniqueVisitors).bind({})
