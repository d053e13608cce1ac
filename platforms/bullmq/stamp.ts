/** How many digits there are before the payload of an inbox's entry; see `scripts/include/push.lua`. */
export const stampLength = 24

/**
 * Tells one thing in Redis from another that has come to stand in its place since Redis has gone back: 16 digits, so that
 * no two are ever the same. They need not be secret, so the quick kind of chance will do.
 */
export const stamp = (): string => String(1e15 + Math.floor(Math.random() * 8e15))
