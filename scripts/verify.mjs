// Everything a change must pass, one after the other. A failure does not hide the next: all steps run, then the verdict.
import { spawnSync } from 'node:child_process'

const steps = [
  ['types', 'check'],
  ['format, lint, import directions', 'lint'],
  ['unused code', 'unused'],
  ['tests', 'test'],
  ['the package as installed', 'verify:package'],
  ['no slower than it was', 'bench:gate'],
]

const verdicts = steps.map(([name, script]) => {
  console.log(`\n── ${name} (npm run ${script})`)
  const begin = performance.now()
  const { status } = spawnSync('npm', ['run', '--silent', script], { stdio: 'inherit' })
  return { passed: status === 0, text: `${name}, ${((performance.now() - begin) / 1000).toFixed(1)} s` }
})

console.log('')
for (const { passed, text } of verdicts) console.log(`${passed ? 'ok      ' : 'FAILED  '}${text}`)
process.exitCode = verdicts.every(({ passed }) => passed) ? 0 : 1
