import { counts, words } from './slots.ts'

export const refused = words.map((w) => [w, 'one'] as const).sumByKey(counts)
