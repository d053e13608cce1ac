export { type SimulationOptions, type SimulationResult, simulation } from './simulation.ts'
