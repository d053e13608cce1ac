import type { Argument, Command, Option } from 'commander'
import fc from 'fast-check'
import { programOf } from '../../cli/program.ts'
import { hostileText } from '../security/hostile.ts'

/** What lines are made of: things that exist, and are what is asked for or are not. */
export interface Material {
  /** Modules that are jobs or deployments. */
  readonly good: readonly string[]
  /** Modules that are something else, or cannot be loaded, and what is no module at all. */
  readonly bad: readonly string[]
  /** Files of records, folders, and what is neither. */
  readonly files: readonly string[]
}

const numbers = [
  '0',
  '1',
  '2',
  '-1',
  '0.5',
  '1e3',
  '1e309',
  'NaN',
  'Infinity',
  '9007199254740993',
  '0x10',
  '١',
  '1_000',
  '',
  ' ',
  '99999999999999999999',
]
const names = ['lines', 'words', 'orders', 'notes', 'amounts', 'sizes', 'counts', 'Lines', 'constructor', '__proto__', 'lines=']
const places = [
  'redis://127.0.0.1:1',
  'rediss://127.0.0.1:1',
  'redis://[::1]:1',
  'redis://127.0.0.1:1/x',
  'http://127.0.0.1',
  'redis:',
  '127.0.0.1:1',
]
const ids = ['1700000000000-0', '0-0', '-', 'lines-1', '18446744073709551616-0', '$', '+']

/**
 * Command lines as people and scripts get them wrong, for every command there is: arguments and options of the right kind
 * and of the wrong, none, too many, twice, in any order, cut in the middle.
 */
export function commandLine({ good, bad, files }: Material): fc.Arbitrary<readonly string[]> {
  const any = fc.oneof(
    fc.constantFrom(...numbers, ...names, ...places, ...ids, ...good, ...bad, ...files),
    fc.tuple(fc.constantFrom(...names), fc.constantFrom('=', '==', '', ':'), fc.constantFrom(...files)).map((parts) => parts.join('')),
    hostileText,
  )

  const argument = (of: Argument): fc.Arbitrary<string> => {
    if (of.name() === 'module') return mostly(fc.constantFrom(...good), fc.oneof(fc.constantFrom(...bad), any), 4)
    if (of.argChoices !== undefined) return mostly(fc.constantFrom(...of.argChoices), any)
    return mostly(fc.oneof(slot, fc.constantFrom(...ids, ...files)), any)
  }

  const option = (of: Option): fc.Arbitrary<readonly string[]> => {
    const flag = fc.constantFrom(...[of.long, of.short].filter((each) => each != null))
    if (!of.required && !of.optional) return flag.map((each) => [each])
    const value = mostly(of.argChoices === undefined ? meant(of.long ?? '', files) : fc.constantFrom(...of.argChoices), any)
    return fc
      .tuple(flag, value, fc.boolean())
      .map(([each, text, joined]) => (joined && each.startsWith('--') ? [`${each}=${text}`] : [each, text]))
  }

  const line = (command: Command) =>
    fc
      .tuple(
        fc.tuple(
          ...command.registeredArguments.map((each) =>
            mostly(
              argument(each).map((text) => [text]),
              fc.constant<string[]>([]),
              each.required ? 12 : 1,
            ),
          ),
        ),
        fc.array(fc.oneof(...command.options.map(option)), { maxLength: 3 }),
      )
      .map(([args, options]) => [command.name(), ...args.flat(), ...options.flat()])

  return fc.oneof(...programOf().commands.map(line)).chain((words) => mostly(fc.constant(words), mangled(words, any), 3))
}

/** The first of two, as a rule. */
const mostly = <A>(one: fc.Arbitrary<A>, other: fc.Arbitrary<A>, weight = 6) =>
  fc.oneof({ arbitrary: one, weight }, { arbitrary: other, weight: 1 })

const slot = fc.oneof({ arbitrary: fc.constantFrom('lines', 'words'), weight: 2 }, { arbitrary: fc.constantFrom(...names), weight: 1 })

/** What an option of that name is given by those who know what it is. */
function meant(flag: string, files: readonly string[]): fc.Arbitrary<string> {
  if (flag === '--source') return fc.tuple(slot, fc.constantFrom(...files)).map((parts) => parts.join('='))
  if (flag === '--redis') return fc.constantFrom('redis://127.0.0.1:1', ...places)
  if (/prefix/.test(flag)) return fc.constantFrom('a', 'a:b', ...names)
  return fc.constantFrom('1', '2', '0.1', ...numbers)
}

/** A line with a word left out, twice, put in, cut short, or all of them in another order. */
function mangled(words: readonly string[], any: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  const at = fc.nat(words.length - 1)
  return fc.oneof(
    at.map((i) => words.toSpliced(i, 1)),
    at.map((i) => words.toSpliced(i, 0, words[i] as string)),
    fc.tuple(at, any).map(([i, word]) => words.toSpliced(i, 0, word)),
    fc.tuple(at, any).map(([i, word]) => words.toSpliced(i, 1, word)),
    fc.tuple(at, fc.nat(10)).map(([i, length]) => words.toSpliced(i, 1, (words[i] as string).slice(0, length))),
    fc.shuffledSubarray([...words], { minLength: words.length }),
  )
}
