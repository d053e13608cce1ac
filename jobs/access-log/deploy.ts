import { bullmq } from 'tanager/bullmq'
import accessLog from './job.ts'

export default bullmq().on(accessLog).bind({})
