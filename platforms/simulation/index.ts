export {
  type SimulationApp,
  type SimulationInputs,
  type SimulationOptions,
  type SimulationResult,
  type SimulationTypes,
  simulation,
} from './simulation.ts'
export type { Batch } from './witness.ts'
