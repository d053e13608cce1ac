import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A place between clients and a server where connections are cut at a moment of our choosing. */
export interface PostgresProxy extends AsyncDisposable {
  /** The same address, through here. */
  readonly through: (url: string) => string
  /**
   * Cuts the connection on which the next message with this text is sent. `before`: the server never hears of it. `after`:
   * the server gets it, does it, and its answer is lost.
   */
  readonly cut: (side: 'before' | 'after', text: string) => Promise<void>
}

interface Cut {
  readonly side: 'before' | 'after'
  readonly text: string
  readonly done: () => void
}

export async function startProxy(port: number): Promise<PostgresProxy> {
  const cuts: Cut[] = []
  const sockets = new Set<Socket>()
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true })
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => sockets.delete(socket))
    }
    server.on('data', (chunk) => client.write(chunk))
    server.once('close', () => client.destroy())
    client.once('close', () => server.end())
    client.on('data', (chunk) => {
      const at = cuts.findIndex(({ text }) => chunk.includes(text))
      if (at === -1) {
        server.write(chunk)
        return
      }
      const [cut] = cuts.splice(at, 1) as [Cut]
      client.removeAllListeners('data')
      server.removeAllListeners('data')
      // What it still says is read and thrown away; it sees that the client is gone after it has read what was sent.
      server.resume()
      server.once('close', cut.done)
      if (cut.side === 'after') server.end(chunk)
      else server.end()
      client.destroy()
    })
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    through: (url) => {
      const through = new URL(url)
      through.port = `${(listener.address() as AddressInfo).port}`
      return through.href
    },
    cut: (side, text) => new Promise((done) => cuts.push({ side, text, done })),
    [Symbol.asyncDispose]: async () => {
      const closed = once(listener, 'close')
      listener.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
