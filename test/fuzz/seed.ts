/** Another each time, unless one is given: FUZZ_SEED=… runs again what a failed test names in its title. */
export const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
