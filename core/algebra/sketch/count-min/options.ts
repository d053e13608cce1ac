import { TanagerError } from '../../../error.ts'
import { fraction } from '../parameter.ts'

export interface CountMinOptions {
  /** How far an estimate may be above the truth, as a share of the total: from 0.000001 to 0.5. */
  readonly epsilon: number
  /** How likely it is that an estimate is farther off than that: from 1e-12 to 0.5. */
  readonly delta: number
  /** Also find the keys that have at least this share of the total; at least four times `epsilon`. */
  readonly heavyHitters?: number
}

/** The size of the table, and what follows from it. */
export interface Shape {
  readonly width: number
  readonly depth: number
  /** Keys are kept as they are until their text would take the place of the table. */
  readonly room: number
  /** The share of a heavy hitter; 0 where none are looked for. */
  readonly share: number
  /** The bounds the table really has: its sides are whole numbers. */
  readonly epsilon: number
  readonly delta: number
}

const mostCells = 2 ** 24

export function shapeOf(options: CountMinOptions): Shape {
  const epsilon = fraction('epsilon', options.epsilon, { from: 1e-6, to: 0.5 })
  const delta = fraction('delta', options.delta, { from: 1e-12, to: 0.5 })
  const width = sideOf(Math.E / epsilon)
  const depth = sideOf(Math.log(1 / delta))
  if (width * depth > mostCells) {
    throw new TanagerError('invalid-option', 'epsilon and delta ask for too large a table', {
      value: `${width} x ${depth} counters`,
      allowed: `at most ${mostCells}`,
    })
  }
  // Farther apart than this, what is heavy could not be told from what only seems to be.
  const { heavyHitters } = options
  const share = heavyHitters === undefined ? 0 : fraction('heavyHitters', heavyHitters, { from: 4 * epsilon, to: 1 })
  return Object.freeze({ width, depth, room: width * depth, share, epsilon: Math.E / width, delta: Math.exp(-depth) })
}

/** Up, but not for a last digit that is only the rounding's: e / (e / 1000) is 1000. */
function sideOf(exact: number): number {
  return Math.ceil(exact - 1e-6)
}
