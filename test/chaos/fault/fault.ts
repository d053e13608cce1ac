import type { Random } from '../../../platforms/simulation/random.ts'
import type { World } from '../world.ts'

/** One way in which things go wrong. */
export interface Fault {
  /** For people. */
  readonly what: string
  /**
   * Does it, and puts it right again where nobody else would; answers whom it has hit. `struck` is to be called when the
   * time begins in which everything that waits should be worked off: at once if others can take over, else when it is over.
   */
  readonly strike: (world: World, random: Random, struck: () => void) => Promise<string>
}
