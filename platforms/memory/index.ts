export {
  type MemoryApp,
  type MemoryDeadLetter,
  type MemoryInputs,
  type MemoryOptions,
  type MemoryResult,
  type MemoryTypes,
  memory,
} from './memory.ts'
