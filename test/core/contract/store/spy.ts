import { left } from 'fp-ts/lib/Either.js'
import { type MergeableStore, mergeableStoreOf, StoreError } from 'tanager/store'

export const away = new StoreError('service', 'the store is away', { retryable: true })

type Call = 'get' | 'put' | 'merge'
type Fate = 'done' | 'failed' | 'unanswered'

/** A store that writes down what it is asked, and fails, or waits, where it is told to. */
export function spied<K, V>(store: MergeableStore<K, V>, fate: (call: Call, key: K, times: number) => Fate | Promise<Fate> = () => 'done') {
  const calls: (readonly [call: Call, keys: readonly K[]])[] = []
  let times = 0

  async function each<Q, A>(call: Call, questions: readonly Q[], keyOf: (question: Q) => K, act: (question: Q) => Promise<A>) {
    calls.push([call, questions.map(keyOf)])
    const time = ++times
    const answers = []
    for (const question of questions) {
      const end = await fate(call, keyOf(question), time)
      const answer = end === 'failed' ? left(away) : await act(question)
      answers.push(end === 'unanswered' ? left(away) : answer)
    }
    return answers
  }

  const spy = mergeableStoreOf<K, V>({
    idempotent: store.idempotent,
    multiGet: (keys) =>
      each(
        'get',
        keys,
        (key) => key,
        (key) => store.get(key)(),
      ),
    multiPut: (entries) =>
      each(
        'put',
        entries,
        ([key]) => key,
        ([key, value]) => store.put(key, value)(),
      ),
    multiMerge: (entries) =>
      each(
        'merge',
        entries,
        ([key]) => key,
        ([key, delta]) => store.merge(key, delta)(),
      ),
  })
  return { spy, calls }
}
