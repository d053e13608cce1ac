import type { Service } from '../../core/contract/service.ts'
import { shown } from '../compare/shown.ts'
import type { Findings } from './finding.ts'
import { freshOf } from './fresh.ts'
import { alike } from './outcome.ts'
import { portraitOf } from './portrait.ts'
import { moves, Setting } from './setting.ts'
import type { Place } from './subject.ts'
import { nowOf, underAsync } from './world.ts'

const remedy = 'A batch that is tried again asks again: put into the key what the answer depends on, such as a date or a version.'

/** The same service, asked everything twice, the second time under another clock and other dice; the first answers count. */
export function watchedService(
  service: Service<unknown, unknown>,
  slot: string,
  { order, node, verb }: Place,
  calls: number,
  findings: Findings,
): Service<unknown, unknown> {
  let asked = 0
  return {
    multiGet: async (keys) => {
      const watched = keys.slice(0, Math.max(0, calls - asked))
      if (watched.length === 0) return service.multiGet(keys)
      const now = nowOf()
      const fresh = copies(watched)
      const firsts = await service.multiGet(keys)
      // What is no answer is for the platform to refuse.
      if (fresh === undefined || !Array.isArray(firsts) || firsts.length !== keys.length) return firsts
      const before = portraits(firsts)
      const setting = new Setting(now, { move: asked % moves.length, seed: 1 + asked })
      asked += watched.length
      let seconds: readonly unknown[]
      try {
        seconds = await underAsync(setting, 'globals', () => service.multiGet(fresh))
      } catch {
        // Services fail now and then: that is why batches are tried again.
        return firsts
      }
      if (!Array.isArray(seconds) || seconds.length !== watched.length) return firsts
      const after = portraits(seconds)
      for (const [i, key] of watched.entries()) {
        if (before === undefined || after === undefined || alike(before[i], after[i])) continue
        const [first, second] = [foundIn(firsts[i]), foundIn(seconds[i])]
        const sentence = `service ${slot} answered ${shown(first)}, then ${shown(second)}, for key ${shown(key)}. ${remedy}`
        findings.add(order, { node, verb, kind: 'service', record: key, first, second, sentence, remedy })
      }
      return firsts
    },
  }
}

function copies(keys: readonly unknown[]): readonly unknown[] | undefined {
  try {
    return keys.map((key) => freshOf(key).value)
  } catch {
    return undefined
  }
}

function portraits(answers: readonly unknown[]): readonly unknown[] | undefined {
  try {
    return answers.map(portraitOf)
  } catch {
    return undefined
  }
}

/** `none` stays as it is: a service that knows nothing of a key is not one that answers undefined. */
function foundIn(answer: unknown): unknown {
  const option = answer as { readonly _tag?: unknown; readonly value?: unknown } | null | undefined
  return freshOf(option?._tag === 'Some' ? option.value : answer).value
}
