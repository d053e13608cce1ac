import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What stands behind a webhook. It writes down all that it is posted, and dies now and then. */
export class Receiver implements AsyncDisposable {
  /** What was posted, by its key, each time it was. */
  readonly posted = new Map<string, string[]>()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isDead = false
  /** Whether it dies once more between what it writes down and its answer. */
  #fails = true

  constructor() {
    this.#server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const key = String(request.headers['idempotency-key'])
      this.posted.set(key, [...(this.posted.get(key) ?? []), body])
      if (this.#fails) response.destroy()
      else response.writeHead(204).end()
      this.#fails = false
    })
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      if (this.#isDead) socket.destroy()
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** From now on whoever calls is hung up on, as whoever is calling. The port stays ours. */
  die(): void {
    this.#isDead = true
    for (const socket of this.#sockets) socket.destroy()
  }

  rise(): void {
    this.#isDead = false
    this.#fails = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.die()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
