import accessLog from '../../../../jobs/access-log/job.ts'
import type { Right } from '../harmless.ts'
import { requests } from '../requests.ts'

export default {
  right: 'four stores of one log, some lines of which are none',
  job: accessLog,
  inputs: { lines: [...requests(30), 'no line of a log', ...requests(3)] },
} satisfies Right
