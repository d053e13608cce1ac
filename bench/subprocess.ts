import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { builtProgram } from './build.ts'

// What is measured has a process of its own: its heap, its event loop and its compiled code are nobody else's.

/** What a program can be asked to do by the one that started it. Arguments and answers are structured clones. */
export type Steps = { readonly [step: string]: (...args: never[]) => Promise<unknown> }

interface Call {
  readonly step: string
  readonly args: readonly unknown[]
}

type Reply = { readonly answer: unknown } | { readonly error: string }

/** In the subprocess: does what it is asked, one thing at a time. */
export function serve(steps: Steps): void {
  process.on('message', async ({ step, args }: Call) => {
    const reply: Reply = await (steps[step] as (...args: unknown[]) => Promise<unknown>)(...args).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error: String(error instanceof Error ? error.stack : error) }),
    )
    process.send?.(reply)
  })
  process.once('disconnect', () => process.exit())
}

/** A running program, from outside. */
export interface Subprocess<S extends Steps> extends AsyncDisposable {
  call<N extends keyof S & string>(step: N, ...args: Parameters<S[N]>): Promise<Awaited<ReturnType<S[N]>>>
}

/** Starts a program of programs/; `node` are options such as `--expose-gc`. */
export function start<S extends Steps>(program: string, args: readonly string[] = [], node: readonly string[] = []): Subprocess<S> {
  const child = fork(builtProgram(program), args, { execArgv: [...node], serialization: 'advanced' })
  return {
    call: async (step, ...given) => {
      child.send({ step, args: given } satisfies Call)
      const reply = await replyOf(child, program)
      if ('error' in reply) throw new Error(`${program}, ${step}: ${reply.error}`)
      return reply.answer as never
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}

/** Starts a program once for each of those who are compared: none has what another has left in the heap. */
export function startEach<Name extends string, S extends Steps>(
  names: readonly Name[],
  program: string,
  nodeOf: (name: Name) => readonly string[],
): AsyncDisposable & { readonly of: (name: Name) => Subprocess<S> } {
  const processes = new Map(names.map((name) => [name, start<S>(program, [], nodeOf(name))]))
  return {
    of: (name) => processes.get(name) as Subprocess<S>,
    [Symbol.asyncDispose]: async () => {
      for (const process of processes.values()) await process[Symbol.asyncDispose]()
    },
  }
}

function replyOf(child: ChildProcess, program: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null) => reject(new Error(`${program} ended with ${signal ?? code}`))
    child.once('exit', ended)
    child.once('message', (reply: Reply) => {
      child.off('exit', ended)
      resolve(reply)
    })
  })
}
