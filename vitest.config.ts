import { defineConfig } from 'vitest/config'

// Tests and jobs import `tanager` by name; this condition resolves it to the sources. What starts a process of its own starts
// what is built.
const conditions = ['tanager-source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  // Without `import`: these are handed to Node, which would have `require` answer ES modules to packages that extend what they get.
  ssr: { resolve: { conditions: conditions.filter((condition) => condition !== 'import') } },
  test: {
    include: ['test/**/*.test.ts', 'jobs/**/*.test.ts'],
    globalSetup: ['test/redis/global-setup.ts', 'test/package/global-setup.ts'],
    // Most files wait for Redis, or for processes, most of their time: one more than there are processors is hardly
    // faster, 571 s instead of 603 on two.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // .ci/run counts from this file.
    reporters: process.env.CI ? ['default', ['json', { outputFile: '.cache/tests.json' }]] : ['default'],
  },
})
