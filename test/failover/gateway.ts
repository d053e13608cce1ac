import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * An address that leads to one server now and to another later, as a virtual IP or a DNS name does; or a link between
 * two servers, to be frozen and cut.
 */
export interface Gateway extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** From now on it leads there; who came for the server before is cut off. */
  leadTo(port: number): void
  /** What is under way stays under way: nothing arrives, nobody is told. */
  freeze(): void
  /** Ends all connections, with what is under way, and takes no new ones. */
  cut(): void
}

export async function openGateway(port?: number): Promise<Gateway> {
  let target = port
  let frozen = false
  const sockets = new Set<Socket>()
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    frozen = false
  }

  const server = createServer((near) => {
    if (target === undefined || frozen) {
      near.destroy()
      return
    }
    const far = connect(target, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('data', (chunk) => other.write(chunk))
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const own = (server.address() as AddressInfo).port

  return {
    port: own,
    url: `redis://127.0.0.1:${own}`,
    leadTo: (next) => {
      target = next
      cutAll()
    },
    freeze: () => {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    cut: () => {
      target = undefined
      cutAll()
    },
    [Symbol.asyncDispose]: async () => {
      cutAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
