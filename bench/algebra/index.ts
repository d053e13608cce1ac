import type { Contest } from './contest.ts'
import { countMinAddDistinct, countMinAddZipf, countMinMerge } from './count-min.ts'
import { ddSketchAdd, ddSketchMerge } from './dd-sketch.ts'
import { hyperLogLogAdd, hyperLogLogMerge } from './hyperloglog.ts'
import { spaceSaverAddDistinct, spaceSaverAddZipf, spaceSaverMerge } from './space-saver.ts'
import { topKMerges } from './top-k.ts'

/** In the order in which they are measured and shown. */
export const contests: Readonly<Record<string, Contest>> = {
  hyperLogLogAdd,
  hyperLogLogMerge,
  countMinAddDistinct,
  countMinAddZipf,
  countMinMerge,
  ddSketchAdd,
  ddSketchMerge,
  spaceSaverAddDistinct,
  spaceSaverAddZipf,
  spaceSaverMerge,
  ...topKMerges,
}
