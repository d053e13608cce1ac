import type { Call } from './cause.ts'
import { answered, type Outcome, type Shape, thrown } from './outcome.ts'
import type { Subject } from './subject.ts'
import { under, underAsync } from './world.ts'

type Fn = (argument: unknown) => unknown

/** The same function, watched: what it answers first is what it answers. */
export function watched(subject: Subject, shape: Shape, fn: Fn): Fn {
  const attempt = ({ argument, setting, depth = 'globals' }: Call): Outcome => {
    const call = () => {
      try {
        return answered(shape, fn(argument))
      } catch (error) {
        return thrown(error)
      }
    }
    return setting === undefined ? call() : under(setting, depth, call)
  }
  return (argument) => {
    if (!subject.isWatched) return fn(argument)
    const watch = subject.watch(argument)
    let step = watch.next()
    while (!step.done) step = watch.next(attempt(step.value))
    return handedBy(step.value)
  }
}

/** The same for a function that waits. */
export function watchedAsync<A>(subject: Subject, shape: Shape, run: (argument: unknown) => Promise<A>): (argument: unknown) => Promise<A> {
  const attempt = ({ argument, setting, depth = 'globals' }: Call): Promise<Outcome> => {
    const call = async () => {
      try {
        return answered(shape, await run(argument))
      } catch (error) {
        return thrown(error)
      }
    }
    return setting === undefined ? call() : underAsync(setting, depth, call)
  }
  return async (argument) => {
    if (!subject.isWatched) return run(argument)
    const watch = subject.watch(argument)
    let step = watch.next()
    while (!step.done) step = watch.next(await attempt(step.value))
    return handedBy(step.value) as A
  }
}

/** What lists elements and then throws is handed on as such, and throws where it is read. */
function handedBy(outcome: Outcome): unknown {
  if (outcome.threw === undefined || 'handed' in outcome) return outcome.handed
  throw outcome.threw.error
}
