import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

interface Targets {
  readonly 'tanager-source': string
  readonly types: string
  readonly default: string
}

const manifest: { readonly exports: Readonly<Record<string, Targets | string>> } = JSON.parse(read('package.json'))
const subpaths = Object.entries(manifest.exports).flatMap(([subpath, targets]) =>
  typeof targets === 'string' ? [] : [[subpath, targets] as const],
)

// Whether the built package works is for `npm run verify:package`; here is what can be seen without building it.
describe('package.json', () => {
  test.each(subpaths)('%s means one module, as source, declaration and JavaScript', (_subpath, targets) => {
    const source = targets['tanager-source']
    expect(existsSync(join(root, source))).toBe(true)
    expect(targets).toEqual({
      'tanager-source': source,
      types: source.replace('./', './dist/').replace(/\.ts$/, '.d.ts'),
      default: source.replace('./', './dist/').replace(/\.ts$/, '.js'),
    })
  })

  test('puts our condition first: the first that matches wins', () => {
    for (const [, targets] of subpaths) expect(Object.keys(targets)).toEqual(['tanager-source', 'types', 'default'])
  })

  test('is locked without the addresses of one machine', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"')
  })
})
