import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { codec, encoded, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { ingest } from '../../connectors/http/index.ts'
import { startRedisServer } from '../../scripts/redis/server.ts'

/**
 * What the endpoint takes in a second, beside the barest server that does the same: `node:http`, a body cut into lines, `client.send`.
 * Both stand in this process, before the same Redis; who calls is another process, with 32 connections. A B A B, by the
 * clock and by this process's own time.
 */
const rounds = 3
const connections = 32
const self = fileURLToPath(import.meta.url)

interface Round {
  readonly url: string
  readonly requests: number
  readonly records: number
  readonly hasKeys: boolean
}

if (process.argv[2] === 'call') await callAll()
else await contest()

async function contest(): Promise<void> {
  const lines = source('lines', { item: codec.json<{ page: string }>() })
  const pages = store('pages', { key: codec.string, sum })
  const views = job('views', lines.map(({ page }) => [page, 1] as const).sumByKey(pages))
  await using redis = await startRedisServer()
  const client = bullmq({ redis: redis.url, room: { stream: 1 << 30 } })
    .on(views)
    .bind({})
    .client()
  const endpoint = await ingest(client, { sources: [lines], tokens: ['a-token-of-enough-characters'] })
  const server = await endpoint.serve({ port: 0 })

  const bare = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const texts = Buffer.concat(chunks).toString().split('\n')
    texts.pop()
    const receipt = await client.send('lines', encoded(texts))
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ accepted: texts.length, receipt }))
  })
  bare.listen(0, '127.0.0.1')
  await once(bare, 'listening')
  const bareUrl = `http://127.0.0.1:${(bare.address() as AddressInfo).port}`

  const caller = spawn(process.execPath, [...process.execArgv, self, 'call'], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(caller.stdout, 'data')

  async function measure(round: Round): Promise<{ readonly rate: number; readonly cpu: number }> {
    const before = process.cpuUsage()
    const began = performance.now()
    caller.stdin.write(`${JSON.stringify(round)}\n`)
    await once(caller.stdout, 'data')
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(before)
    return { rate: round.requests / seconds, cpu: (user + system) / round.requests }
  }

  for (const [requests, records] of [
    [2_000, 1],
    [2_000, 10],
    [100, 1_000],
  ] as const) {
    const contenders = { 'by hand': [bareUrl, ''], tanager: [server.url, ''], 'tanager, with keys': [server.url, 'key'] } as const
    const results = new Map<string, { readonly rate: number; readonly cpu: number }[]>()
    for (let round = 0; round <= rounds; round++) {
      for (const [name, [url, key]] of Object.entries(contenders)) {
        const measured = await measure({ url, requests, records, hasKeys: key !== '' })
        // The first is to warm up.
        if (round > 0) results.set(name, [...(results.get(name) ?? []), measured])
      }
      await client.reset()
    }
    const best = median((results.get('by hand') ?? []).map(({ rate }) => rate))
    for (const [name, all] of results) {
      const rate = median(all.map((each) => each.rate))
      const cpu = median(all.map((each) => each.cpu))
      console.log(
        `${records} records a request, ${name}: ${Math.round(rate)} requests/s, ${Math.round(rate * records)} records/s, ${cpu.toFixed(0)} µs of CPU a request, ratio ${(rate / best).toFixed(2)}`,
      )
    }
  }
  caller.stdin.end()
  await server.close({ grace: 100 })
  bare.closeAllConnections()
  bare.close()
  await client.close()
}

async function callAll(): Promise<void> {
  process.stdout.write('ready')
  for await (const line of createInterface(process.stdin)) {
    await call(JSON.parse(line))
    process.stdout.write('done')
  }
}

async function call({ url, requests, records, hasKeys }: Round): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const body = Array.from({ length: records }, (_, i) => `{"page":"/page/${i}/of/this/site","at":1700000000000}\n`).join('')
  let next = 0
  const caller = async () => {
    while (next++ < requests) {
      const asked = request(`${url}/sources/lines`, {
        agent,
        method: 'POST',
        headers: {
          authorization: 'Bearer a-token-of-enough-characters',
          'content-type': 'application/x-ndjson',
          'content-length': Buffer.byteLength(body),
          ...(hasKeys ? { 'idempotency-key': crypto.randomUUID() } : {}),
        },
      })
      asked.end(body)
      const [answer] = await once(asked, 'response')
      answer.resume()
      await once(answer, 'end')
      if (answer.statusCode !== 202) throw new Error(`answered ${answer.statusCode}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, caller))
  agent.destroy()
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
