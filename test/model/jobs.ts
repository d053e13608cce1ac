import type { Bits } from './cells.ts'
import type { Configuration } from './configuration.ts'
import type { Pointer } from './log.ts'

/** Every job there can be, each under a number, and named as `jobIdOf` does: after its work. */
export class Jobs {
  readonly #jobs: Pointer[] = []
  readonly #names: string[] = []
  readonly #ofStream: number[] = []
  readonly #ofPartition: number[] = []

  constructor({ streams, partitions }: Pick<Configuration, 'streams' | 'partitions'>, capacity: number) {
    for (const [stream, name] of streams.entries()) {
      this.#ofStream.push(this.#jobs.length - 1)
      for (let sequence = 1; sequence <= capacity; sequence++) this.#add({ stream, sequence }, `${name}-${sequence}`)
    }
    for (const [partition, { name }] of partitions.entries()) {
      this.#ofPartition.push(this.#jobs.length)
      for (let position = 0; position <= capacity; position++) this.#add({ partition, position }, `${name}-${position}`)
    }
  }

  get count(): number {
    return this.#jobs.length
  }

  stage(stream: number, sequence: number): number {
    return (this.#ofStream[stream] as number) + sequence
  }

  sum(partition: number, position: number): number {
    return (this.#ofPartition[partition] as number) + position
  }

  of(pointer: Pointer): number {
    return 'sequence' in pointer ? this.stage(pointer.stream, pointer.sequence) : this.sum(pointer.partition, pointer.position)
  }

  get(job: number): Pointer {
    return this.#jobs[job] as Pointer
  }

  name(job: number): string {
    return this.#names[job] as string
  }

  names(jobs: readonly number[]): string {
    return jobs.length === 0 ? 'nothing' : jobs.map((job) => this.name(job)).join(', ')
  }

  /** Those in a set. */
  in(set: Bits): readonly number[] {
    const jobs: number[] = []
    for (let job = 0; job < this.count; job++) if (set.has(job)) jobs.push(job)
    return jobs
  }

  #add(job: Pointer, name: string): void {
    this.#jobs.push(job)
    this.#names.push(name)
  }
}
