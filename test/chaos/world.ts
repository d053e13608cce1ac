import type { Finding } from './check.ts'
import type { Site } from './site.ts'

/** What a fault can lay its hands on. */
export interface World extends Pick<Site, 'server' | 'proxy' | 'redis' | 'workers' | 'senders'> {
  /** What the keys of the job begin with. */
  readonly keys: string
  /** One at a time of those who stop the server, starve it, or ask it something in several steps. */
  readonly alone: <T>(act: () => Promise<T>) => Promise<T>
  /** Rejects when the run is called off. */
  readonly sleep: (milliseconds: number) => Promise<void>
  readonly find: (finding: Finding) => void
}

/** Does one thing after the other, in the order they come. */
export function oneAtATime(): World['alone'] {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const next = last.then(act)
    last = next.catch(() => {})
    return next
  }
}
