import { numbers, out } from './slots.ts'

export const refused = numbers.write(out)
