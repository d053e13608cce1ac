import { count } from '../text.ts'

/** `1.5 GB`, in powers of 1,024, as Redis counts. */
export function bytes(n: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  let unit = 0
  let left = n
  while (left >= 1024 && unit < units.length - 1) {
    left /= 1024
    unit += 1
  }
  return `${unit === 0 || left >= 100 ? count(Math.round(left)) : left.toFixed(1)} ${units[unit]}`
}

/** A time in milliseconds, in a unit in which it is no long number. */
export function duration(milliseconds: number): string {
  const ms = Math.abs(milliseconds)
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} minutes`
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} hours`
  return `${count(Math.round(ms / 86_400_000))} days`
}

/** `0.42` as `42%`; what is little is not nothing. */
export const percent = (part: number): string => (part > 0 && part < 0.01 ? 'under 1%' : `${Math.floor(part * 100)}%`)

/** How to change a setting of Redis, now and for good. */
export const configure = (name: string, value: string): string => `redis-cli config set ${name} ${value}, and the same in redis.conf.`
