import type { Fault } from './fault.ts'

export const restart: Fault = {
  what: 'SIGKILL of Redis under appendfsync always, and a start',
  strike: ({ server, alone, sleep }, random, struck) =>
    alone(async () => {
      await server.kill()
      const away = random.chance(0.5) ? 0 : random.below(1500)
      await sleep(away)
      const begin = performance.now()
      await server.start()
      struck()
      return `away ${away} ms, started in ${Math.round(performance.now() - begin)} ms`
    }),
}
