import type { AnyProducer, Flow } from './flow.ts'

/** A chain of verbs as it grows: what it makes, how it reads, and which flows it names. */
export interface Link {
  readonly producer: AnyProducer
  readonly code: string
  readonly read: readonly string[]
}

/** Something to hand to a verb that has no name of its own. */
export interface Written {
  readonly value: unknown
  readonly text: string
}

export const start = ({ producer, name }: Flow): Link => ({ producer, code: name, read: [name] })

/** One verb more. Functions, slots and flows are written by their names. */
export function chain(
  { producer, code, read }: Link,
  verb: string,
  ...args: readonly (Written | Flow | string | { readonly name: string })[]
): Link {
  const call = (producer as unknown as Readonly<Record<string, (...args: unknown[]) => AnyProducer>>)[verb]
  if (call === undefined) throw new Error(`there is no verb ${verb}`)
  const flows = args.filter((arg): arg is Flow => typeof arg === 'object' && 'producer' in arg)
  return {
    producer: call(...args.map(handed)),
    code: `${code}.${verb}(${args.map(written).join(', ')})`,
    read: [...read, ...flows.map(({ name }) => name)],
  }
}

function handed(arg: Written | Flow | string | { readonly name: string }): unknown {
  if (typeof arg !== 'object') return arg
  return 'producer' in arg ? arg.producer : 'value' in arg && 'text' in arg ? arg.value : arg
}

function written(arg: Written | Flow | string | { readonly name: string }): string {
  if (typeof arg === 'string') return `'${arg}'`
  return 'text' in arg ? arg.text : arg.name
}
