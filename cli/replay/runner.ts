import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Who runs tests, and how a test is written for it. */
export interface Runner {
  /** What a test that only must not throw needs. */
  readonly imports: readonly string[]
  /** What one needs that looks at something, too. */
  readonly checkingImports: readonly string[]
  /** That there is nothing in an array. */
  readonly mustBeEmpty: (array: string) => string
  /** How a file of tests is run. */
  readonly call: (file: string) => string
}

const expecting = (module: string) => ({
  imports: [`import { test } from '${module}'`],
  checkingImports: [`import { expect, test } from '${module}'`],
  mustBeEmpty: (array: string) => `expect(${array}).toEqual([])`,
})

export const runners = {
  vitest: { ...expecting('vitest'), call: (file) => `npx vitest run ${file}` },
  jest: { ...expecting('@jest/globals'), call: (file) => `npx jest ${file}` },
  node: {
    imports: ["import { test } from 'node:test'"],
    checkingImports: ["import assert from 'node:assert/strict'", "import { test } from 'node:test'"],
    mustBeEmpty: (array) => `assert.deepEqual(${array}, [])`,
    call: (file) => `node --import tsx --test ${file}`,
  },
} satisfies Readonly<Record<string, Runner>>

export type RunnerName = keyof typeof runners

/** The one that the package around a folder has, or Node's own. */
export function runnerAt(folder: string): RunnerName {
  const packages = dependenciesAt(folder)
  if (packages.has('vitest')) return 'vitest'
  return packages.has('jest') || packages.has('@jest/globals') ? 'jest' : 'node'
}

function dependenciesAt(folder: string): ReadonlySet<string> {
  for (let at = folder; ; at = dirname(at)) {
    const manifest = manifestAt(at)
    if (manifest !== undefined) {
      const { dependencies, devDependencies } = manifest
      return new Set(Object.keys({ ...dependencies, ...devDependencies }))
    }
    if (dirname(at) === at) return new Set()
  }
}

interface Manifest {
  readonly dependencies?: object
  readonly devDependencies?: object
}

function manifestAt(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  } catch {
    return undefined
  }
}
