export interface Turns<Name extends string> {
  readonly names: readonly Name[]
  readonly rounds: number
  /** Rounds before those that count: V8 compiles in them, caches fill. None unless told. */
  readonly warmUp?: number
}

/**
 * Has each do its part once in every round, A B C A B C, so that whatever else the machine does hits all of them; answers
 * what each found in each round that counts.
 *
 * @param run round 1 is the first that counts; those that warm up are 0, -1 and so on
 */
export async function inTurns<Name extends string, Run>(
  { names, rounds, warmUp = 0 }: Turns<Name>,
  run: (name: Name, round: number) => Promise<Run>,
): Promise<Readonly<Record<Name, readonly Run[]>>> {
  const runs = Object.fromEntries(names.map((name) => [name, [] as Run[]])) as Record<Name, Run[]>
  for (let round = 1 - warmUp; round <= rounds; round++) {
    for (const name of names) {
      const found = await run(name, round)
      if (round > 0) runs[name].push(found)
    }
  }
  return runs
}
