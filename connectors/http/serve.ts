import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { messageOf, TanagerError } from '../../core/error.ts'
import { count, mustBeKnown } from './check.ts'
import { nodeServer } from './driver.ts'

export interface ServeOptions {
  /** 0 is any that is free. */
  readonly port: number
  /** The address to listen at. Unless given `127.0.0.1`, which only this machine reaches; `0.0.0.0` is all there are. */
  readonly hostname?: string
  /** Connections at one time; 1 024. */
  readonly connections?: number
  /** How long the head of a request may take to come, in milliseconds; 10 000. */
  readonly headTimeout?: number
}

/** A server that listens. */
export interface IngestServer {
  readonly url: string
  readonly port: number
  /** Takes no more, lets what is in hand finish within so many milliseconds (5 000), and then ends what has not. */
  readonly close: (options?: { readonly grace?: number }) => Promise<void>
}

interface Served {
  readonly fetch: (request: Request, incoming: IncomingMessage) => Response | Promise<Response>
  readonly bodyTimeout: number
  /** Called before the server is closed: from then on, whoever calls is told to go. */
  readonly onClose: () => void
}

const where = 'ingest.serve'
/** How long a connection that has not asked for anything is kept when all are closed, in milliseconds. */
const silence = 250

export async function listen({ fetch, bodyTimeout, onClose }: Served, options: ServeOptions): Promise<IngestServer> {
  mustBeKnown(where, options, ['port', 'hostname', 'connections', 'headTimeout'])
  const port = count(where, 'port', options.port, 0, 65_535)
  const connections = count(where, 'connections', options.connections ?? 1_024, 1, 1_000_000)
  const headTimeout = count(where, 'headTimeout', options.headTimeout ?? 10_000, 1, 3_600_000)
  const { hostname = '127.0.0.1' } = options
  const { createAdaptorServer } = await nodeServer()
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => fetch(request, incoming as IncomingMessage),
    // Whoever runs this may have another Request in mind than the adaptor's.
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout: headTimeout,
      // The body has a limit of its own, with an answer; this one is for those that do not even read the answer.
      requestTimeout: headTimeout + bodyTimeout + 5_000,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: Math.min(1_000, headTimeout),
    },
  }) as Server
  server.maxConnections = connections
  /** Those that have not asked for anything yet: to Node they are not idle. */
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => silent.delete(socket))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new TanagerError('source', `cannot listen at ${hostname}:${port}: ${messageOf(cause)}`, {
          remedy: 'Take another port or hostname; ports below 1024 need rights of their own.',
          cause,
        }),
      )
    })
    server.listen(port, hostname, resolve)
  })
  const at = (server.address() as AddressInfo).port
  let closing: Promise<void> | undefined

  const close = async (grace: number): Promise<void> => {
    onClose()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    // What somebody has sent a moment ago may not have been read yet.
    const leave = setTimeout(() => silent.forEach((socket) => void socket.destroy()), Math.min(silence, grace))
    // Connections that were idle a moment ago may have begun a request, and are idle again after it.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    const end = setTimeout(() => server.closeAllConnections(), grace)
    await closed
    clearInterval(sweep)
    clearTimeout(end)
    clearTimeout(leave)
  }

  return {
    url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${at}`,
    port: at,
    close: ({ grace = 5_000 } = {}) => (closing ??= close(count(`${where}: close`, 'grace', grace, 0, 3_600_000))),
  }
}
