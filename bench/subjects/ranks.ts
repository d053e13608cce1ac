/**
 * Draws from 0 up to `keys`, as popular things come: by Zipf's law, as if it had no steps. Unlike a table of chances it has
 * room for a million keys.
 */
export const popular = (keys: number, random: () => number) => {
  const scale = Math.log(keys + 1) / 2 ** 32
  return () => Math.floor(Math.exp(random() * scale)) - 1
}

/** Draws from 0 up to `keys`, each as often as any other. */
export const even = (keys: number, random: () => number) => () => Math.floor((random() / 2 ** 32) * keys)
