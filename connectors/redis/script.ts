import { readFileSync } from 'node:fs'

const folder = new URL('./scripts/', import.meta.url)

/** A script for Redis: a file of its own, with its keys and arguments at its head, so that it can be read and tried with redis-cli. */
export const scriptText = (name: string): string => readFileSync(new URL(`${name}.lua`, folder), 'utf8')
