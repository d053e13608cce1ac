import type { Node } from '../node.ts'

/** An asynchronous step of the user's own, at most `concurrency` of them at a time in one batch; results keep the order of their inputs. */
export interface AsyncNode {
  readonly kind: 'async'
  readonly input: Node
  readonly verb: 'mapAsync' | 'flatMapAsync'
  readonly run: (element: unknown) => Promise<Iterable<unknown>>
  readonly concurrency: number
}

export const asyncNode = (input: Node, verb: AsyncNode['verb'], run: AsyncNode['run'], concurrency: number): AsyncNode =>
  Object.freeze({ kind: 'async', input, verb, run, concurrency })
