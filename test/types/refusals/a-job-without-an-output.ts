import { job } from 'tanager'
import { words } from './slots.ts'

export const refused = job(
  'words',
  words.map((w) => w.length),
)
