import type { RedisOptions } from 'ioredis'

/** Where a Redis is, without the secrets of its URL. */
export function placeOf({ host, port, path, sentinels, name }: RedisOptions): string {
  if (sentinels != null && sentinels.length > 0) return `${name ?? 'the primary'}, as Sentinel knows it`
  return path ?? `${host ?? '127.0.0.1'}:${port ?? 6379}`
}
