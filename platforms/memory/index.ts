export { type MemoryApp, memory } from './memory.ts'
export type { MemoryDeadLetter, MemoryInputs, MemoryOptions, MemoryResult, MemoryTypes } from './types.ts'
