import { counts, numbers } from './slots.ts'

export const refused = numbers.map((n) => [n, 1] as const).sumByKey(counts)
