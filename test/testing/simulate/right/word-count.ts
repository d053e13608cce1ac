import wordCount from '../../../../jobs/word-count/job.ts'
import type { Right } from '../harmless.ts'

export default {
  right: 'how many words occur so often: fed from changes, and told by what was before',
  job: wordCount,
  inputs: { lines: ['to be or not to be', 'that is the question', '', 'to sleep', 'to be', 'perchance to dream', 'the rub, the rub'] },
} satisfies Right
