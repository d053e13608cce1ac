import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Guard, watchOver } from '../server/guard.ts'
import { freePorts } from '../server/port.ts'
import { end, ready } from '../server/process.ts'
import { type Programs, rabbitmqPrograms } from './program.ts'

/**
 * A RabbitMQ broker of our own: its ports on 127.0.0.1, its folder, its user `guest`, and nothing left of any after
 * `close()`, or after our own death, however sudden. Declare it with `await using`, or close it in a `finally`: it keeps the
 * process alive. It takes about four seconds to start.
 */
export interface RabbitmqServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Where it speaks TLS, if it was given an identity. */
  readonly tlsPort: number
  readonly folder: string
  /** Undefined while it is down. */
  readonly pid: number | undefined
  /** Ends it as a power cut would (SIGKILL): what is not on disk is lost. */
  kill(): Promise<void>
  /** Ends it as an operator would (SIGTERM). */
  stop(): Promise<void>
  /** Starts it again: same ports, same folder. */
  start(): Promise<void>
  /** What an expression of Erlang comes to, inside of it: all that `rabbitmqctl` does, without waiting for that. */
  ask(expression: string): Promise<string>
  /** Ends it and removes its folder. Any number of times. */
  close(): Promise<void>
}

export interface RabbitmqSettings {
  /** A certificate and its key, as PEM. */
  readonly tls?: { readonly certificate: string; readonly key: string }
}

/** Starts a private broker. */
export async function startRabbitmqServer(settings: RabbitmqSettings = {}): Promise<RabbitmqServer> {
  const programs = await rabbitmqPrograms()
  const folder = await mkdtemp(join(tmpdir(), 'tanager-rabbitmq-'))
  const guard = watchOver(folder)
  try {
    // Between our look at a port and the broker's, somebody else may take it: then we try others.
    for (let attempt = 1; ; attempt++) {
      const [port, tlsPort, distribution, epmd] = (await freePorts(4)) as [number, number, number, number]
      const server = new Server(programs, { port, tlsPort, distribution, epmd }, folder, guard)
      try {
        await configure(folder, tlsPort, settings)
        await server.start()
        return server
      } catch (error) {
        await server.end('SIGKILL')
        if (attempt === 5 || !/eaddrinuse|address already in use/i.test(String(error))) throw error
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    await guard.dismiss()
    throw error
  }
}

async function configure(folder: string, tlsPort: number, { tls }: RabbitmqSettings): Promise<void> {
  const terms = ['{vm_memory_high_watermark, {absolute, 1000000000}}', '{disk_free_limit, 1000000}']
  if (tls !== undefined) {
    await writeFile(join(folder, 'certificate.pem'), tls.certificate)
    await writeFile(join(folder, 'key.pem'), tls.key)
    terms.push(
      `{ssl_listeners, [{"127.0.0.1", ${tlsPort}}]}`,
      `{ssl_options, [{certfile, "${folder}/certificate.pem"}, {keyfile, "${folder}/key.pem"}, {verify, verify_none}]}`,
    )
  }
  await writeFile(join(folder, 'advanced.config'), `[{rabbit, [${terms.join(', ')}]}].\n`)
  await writeFile(join(folder, 'plugins'), '[].\n')
  await writeFile(join(folder, 'environment'), '')
}

/** How long it may take to end by itself, in milliseconds. */
const endsWithin = 15_000

interface Ports {
  readonly port: number
  readonly tlsPort: number
  readonly distribution: number
  readonly epmd: number
}

class Server implements RabbitmqServer {
  readonly url: string
  readonly port: number
  readonly tlsPort: number
  readonly folder: string
  readonly #programs: Programs
  readonly #ports: Ports
  readonly #guard: Guard
  #running: ChildProcess | undefined
  #epmd: ChildProcess | undefined
  #asked = 0

  constructor(programs: Programs, ports: Ports, folder: string, guard: Guard) {
    this.url = `amqp://guest:guest@127.0.0.1:${ports.port}`
    this.port = ports.port
    this.tlsPort = ports.tlsPort
    this.folder = folder
    this.#programs = programs
    this.#ports = ports
    this.#guard = guard
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) throw new Error(`the broker on port ${this.port} is running already`)
    const { server, epmd } = this.#programs
    // Otherwise the broker starts one by itself, which outlives it.
    if (this.#epmd === undefined) {
      this.#epmd = await this.#spawned(epmd, ['-port', String(this.#ports.epmd), '-address', '127.0.0.1'], 'ignore')
    }
    const child = await this.#spawned(server, [], 'pipe')
    this.#running = child
    child.once('exit', () => {
      this.#running = undefined
      this.#watch()
    })
    this.#watch()
    try {
      await ready(child, { what: 'rabbitmq-server', says: 'Server startup complete', patience: 60_000 })
    } catch (error) {
      await this.end('SIGKILL')
      throw error
    }
  }

  kill(): Promise<void> {
    return end(this.#running, 'SIGKILL', endsWithin)
  }

  stop(): Promise<void> {
    return end(this.#running, 'SIGTERM', endsWithin)
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    await end(this.#running, signal, endsWithin)
    await end(this.#epmd, 'SIGKILL', endsWithin)
    this.#epmd = undefined
  }

  async close(): Promise<void> {
    // What it would still write, nobody will read.
    await this.end('SIGKILL')
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
    await this.#guard.dismiss()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async ask(expression: string): Promise<string> {
    const child = this.#running
    if (child === undefined) throw new Error(`the broker on port ${this.port} is down`)
    const { stdin, stdout } = child
    const mark = `answer-${++this.#asked}`
    return await new Promise((resolve, reject) => {
      let said = ''
      const settle = (then: () => void) => {
        clearTimeout(patience)
        child.off('exit', gone)
        stdout?.off('data', listen)
        then()
      }
      const fail = (what: string) =>
        settle(() => reject(new Error(`the broker ${what} when it was asked ${expression}:\n${said.slice(-2000)}`)))
      const gone = () => fail('ended')
      const listen = (chunk: string) => {
        said += chunk
        const answer = new RegExp(`<${mark}>(.*)</${mark}>`, 's').exec(said)?.[1]
        if (answer !== undefined) settle(() => resolve(answer))
      }
      const patience = setTimeout(fail, 30_000, 'was silent')
      child.once('exit', gone)
      stdout?.on('data', listen)
      stdin?.write(`io:format("<${mark}>~tp</${mark}>", [begin ${expression} end]).\n`)
    })
  }

  async #spawned(program: string, args: readonly string[], stdin: 'pipe' | 'ignore'): Promise<ChildProcess> {
    // Detached: a Ctrl-C at the terminal is for us; we end the broker when we have finished with it.
    const child = spawn(program, args, { stdio: [stdin, 'pipe', 'pipe'], detached: true, env: this.#environment(), cwd: this.folder })
    await once(child, 'spawn')
    child.stdin?.on('error', () => undefined)
    // A full pipe would block it.
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').resume()
    return child
  }

  #watch(): void {
    this.#guard.watch(this.#running?.pid, this.#epmd?.pid)
  }

  #environment(): NodeJS.ProcessEnv {
    const { folder } = this
    const inherited = Object.entries(process.env).filter(([name]) => !/^(RABBITMQ|ERL)_/.test(name))
    return {
      ...Object.fromEntries(inherited),
      // The cookie that lets Erlang's nodes speak to each other is there.
      HOME: folder,
      ERL_EPMD_PORT: String(this.#ports.epmd),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: `tanager-${this.port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(this.port),
      RABBITMQ_DIST_PORT: String(this.#ports.distribution),
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_CONF_ENV_FILE: join(folder, 'environment'),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
      RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
      // Its shell reads from us, and the script that starts it does not stay between us and its pid.
      RABBITMQ_ALLOW_INPUT: '1',
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    }
  }
}
