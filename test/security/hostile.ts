import fc from 'fast-check'

/** Texts that have broken out of somebody's keys, paths, patterns, scripts or code before. */
const awkward: readonly string[] = [
  '',
  ' ',
  '\0',
  '\n',
  '\r\n',
  ':',
  '{}',
  '{x}',
  '}:{',
  'tanager:{victim}:',
  '{victim}:store:counts:0',
  '*',
  '?',
  '[a-z]',
  '\\',
  '../..',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  "'",
  '"',
  '`',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: such is the text.
  '${globalThis.broken = true}',
  '*/ globalThis.broken = true /*',
  '// \n globalThis.broken = true',
  "'); globalThis.broken = true; ('",
  "redis.call('FLUSHALL')",
  ']] redis.call("FLUSHALL") --[[',
  '$5\r\nhello\r\n',
  '\u2028',
  '\ufeff',
  '🐦',
  'e\u0301',
  '\ud800',
  '\udfff',
  'k'.repeat(10_000),
]

/** Any text there is, halves of surrogate pairs too, with a liking for the awkward. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...awkward),
  fc.tuple(fc.constantFrom(...awkward), fc.constantFrom(...awkward)).map(([a, b]) => a + b),
  fc.string({ unit: fc.constantFrom('a', '0', ':', '{', '}', '-', '.', '_', '*', '\n', '\0', '\\', '🐦', '\ud83d'), maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
)
