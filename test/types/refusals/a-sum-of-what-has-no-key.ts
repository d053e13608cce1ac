import { counts, words } from './slots.ts'

export const refused = words.sumByKey(counts)
