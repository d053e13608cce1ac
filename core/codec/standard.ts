import { messageOf, TanagerError } from '../error.ts'
import { type Codec, cannotDecode, cannotEncode, ofJson } from './codec.ts'
import { element, field } from './inside.ts'
import { isPlainObject, plain } from './plain.ts'

/** The part of the Standard Schema interface (standardschema.dev) a codec needs: zod, valibot, arktype and others have it. */
export interface StandardSchema<out Output> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
  }
}

/** A validator's answer: the value, or what is wrong with it. */
export type StandardResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] }

/** One thing that is wrong, and the way to it. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What `codec.standard` may be told: the name its format has in plans and errors, and the count of that format's changes. */
export interface StandardOptions {
  readonly id?: string
  readonly version?: number
}

type Direction = 'encode' | 'decode'

/**
 * JSON that a schema has checked: any validator with the Standard Schema interface (zod 4, valibot, arktype, ...). Reading
 * parses and validates; what fails is refused with the schema's own messages and their paths.
 *
 * The codec is of the schema's **output**, so the schema must accept its own output and leave it as it is. Trimming, defaults,
 * dropping unknown fields and the like do. A transform to something else (text to Date, text to number) does not: put
 * it behind the source, in a `map`. So writing validates as well, and refuses a value the schema would change or reject:
 * nothing is ever stored that could not be read again. Reading refuses output that is not plain JSON, for the same
 * reason. Fields the schema drops are dropped in both directions.
 *
 * Gotchas: validators that answer with a promise are refused, since records are decoded in synchronous code. A schema has no
 * name of its own, so plans cannot see that it changed: give `id`, and raise `version` whenever stored values of the
 * old schema would no longer be read rightly. Unchecked `codec.json` is about twice as fast to write.
 *
 * ```ts
 * import { codec, source } from 'tanager'
 * import { z } from 'zod'
 * const Click = z.object({ page: z.string(), user: z.number().int() })
 * const clicks = source('clicks', { item: codec.standard(Click, { id: 'click' }) })
 * ```
 */
export function standard<A>(schema: StandardSchema<A>, options: StandardOptions = {}): Codec<A> {
  const { id = 'standard', version = 1 } = options
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw new TanagerError('invalid-option', 'codec.standard needs a schema', {
      value: schema,
      allowed: "a validator with the Standard Schema interface, version 1 (the property '~standard'): zod 4, valibot 1, arktype 2",
    })
  }
  return ofJson<A>(
    id,
    (value) => {
      const output = validated('encode', id, schema, value)
      const json = plain('encode', id, output)
      const change = changeOf(value, output)
      if (change === undefined) return json
      throw cannotEncode(id, value, `values the schema leaves as they are; it changes this one at ${change || 'its top'}`)
    },
    (json) => {
      const output = validated('decode', id, schema, json)
      plain('decode', id, output)
      return output
    },
    false,
    version,
  )
}

function validated<A>(direction: Direction, id: string, schema: StandardSchema<A>, value: unknown): A {
  const error = direction === 'encode' ? cannotEncode : cannotDecode
  let result: StandardResult<A> | Promise<StandardResult<A>>
  try {
    result = schema['~standard'].validate(value)
  } catch (cause) {
    throw error(id, value, `what the schema can check (it threw: ${messageOf(cause)})`, cause)
  }
  if (result instanceof Promise) {
    // Nobody will wait for it, so its failure must not end the process as an unhandled rejection.
    result.catch(() => {})
    // zod answers with a promise not only where a check is asynchronous but also where one throws.
    throw error(id, value, 'schemas that answer at once; this one gave a promise: a check of it is asynchronous (use mapAsync) or threw')
  }
  if (result.issues !== undefined) throw error(id, value, `what the schema accepts (${listed(result.issues)})`)
  return result.value
}

const shown = 5

function listed(issues: readonly StandardIssue[]): string {
  const lines = issues.slice(0, shown).map(({ message, path = [] }) => {
    const steps = path.map((step) => stepOf(typeof step === 'object' ? step.key : step)).join('')
    return steps === '' ? message : `at ${steps}: ${message}`
  })
  return issues.length > shown ? `${lines.join('; ')}; and ${issues.length - shown} more` : lines.join('; ')
}

function stepOf(key: PropertyKey): string {
  return typeof key === 'number' ? element(key) : field(String(key))
}

/** The path to the first thing in a schema's output that was not so in its input. What the output merely leaves out is no change. */
function changeOf(input: unknown, output: unknown): string | undefined {
  if (input === output) return undefined
  if (Array.isArray(output)) {
    if (!Array.isArray(input) || input.length !== output.length) return ''
    for (let i = 0; i < output.length; i++) {
      const change = changeOf(input[i], output[i])
      if (change !== undefined) return element(i) + change
    }
    return undefined
  }
  if (!isPlainObject(output) || typeof input !== 'object' || input === null || Array.isArray(input)) return ''
  for (const name of Object.keys(output)) {
    const change = Object.hasOwn(input, name) ? changeOf((input as Record<string, unknown>)[name], output[name]) : ''
    if (change !== undefined) return field(name) + change
  }
  return undefined
}
