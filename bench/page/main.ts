// npm run bench:page
import { writePage } from './write.ts'

writePage()
