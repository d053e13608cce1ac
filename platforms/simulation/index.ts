export { type Event, type Happening, lineOf } from './happening.ts'
export type { Schedule } from './schedule.ts'
export { type SimulationApp, simulation } from './simulation.ts'
export type { ClusterOptions, ClusterOutcome, SimulationInputs, SimulationOptions, SimulationResult, SimulationTypes } from './types.ts'
