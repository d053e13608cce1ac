import uniqueVisitors from '../../../../jobs/unique-visitors/job.ts'
import type { Right } from '../harmless.ts'
import { requests } from '../requests.ts'

export default {
  right: 'sketches of visitors, sizes and pages, and views that fade',
  job: uniqueVisitors,
  inputs: { lines: requests(40) },
} satisfies Right
