import { scriptText } from '../../platforms/bullmq/scripts.ts'
import { digestOf } from './names.ts'
import type { Rewrite } from './wire.ts'

/** Puts another text in the place of one of our scripts, on its way to Redis: each edit, a part and what to put there, must fit. */
export function broken(script: string, ...edits: readonly (readonly [part: RegExp, instead: string])[]): Rewrite {
  const whole = scriptText(script)
  const text = edits.reduce((before, [part, instead]) => {
    const after = before.replace(part, instead)
    if (after === before) throw new Error(`${script}.lua has nothing like ${part}`)
    return after
  }, whole)
  const digest = digestOf(whole)
  return ({ words: [command, what, ...rest] }) => {
    const name = String(command).toLowerCase()
    const ours = (name === 'evalsha' && String(what) === digest) || (name === 'eval' && String(what) === whole)
    return ours ? ['eval', text, ...rest] : undefined
  }
}
