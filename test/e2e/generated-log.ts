import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A log of our own making, in a folder of its own. */
export interface AccessLog extends AsyncDisposable {
  readonly path: string
}

export async function generatedLog(lines: number): Promise<AccessLog> {
  const folder = await mkdtemp(join(tmpdir(), 'tanager-access-log-'))
  const path = join(folder, 'access.log')
  await writeFile(path, generated(lines))
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** Lines as servers write them, in several zones, some of them odd, some of them no log lines at all. */
function generated(count: number): string {
  const pick = <T>(i: number, of: readonly T[]) => of[i % of.length] as T
  const line = (i: number) => {
    const two = (n: number) => String(n).padStart(2, '0')
    const time = `${two(1 + (i % 28))}/${pick(i, ['Jan', 'Feb', 'May', 'Dec'])}/202${i % 7}:${two(8 + (i % 9))}:${two((i * 7) % 60)}:${two(i % 60)}`
    const zone = pick(i, ['+0000', '+0200', '-0330', '+0545'])
    const path = `/${pick((i * i) % 97, ['', 'feed', 'a/b.html?c=d', 'caf%C3%A9', '"quoted', '__proto__'])}`
    return `192.0.2.${(i * 31) % 256} - - [${time} ${zone}] "GET ${path} HTTP/1.1" ${pick(i, [200, 200, 304, 404])} ${pick(i, ['-', i * 1_000_003, 0])} "-" "ua ${i}"`
  }
  const odd = (i: number) =>
    pick(i, [
      `  ${line(i).replaceAll(' ', '  \t')}`,
      line(i).slice(0, -3),
      line(i).replace('GET /', 'GET /a b/'),
      line(i).replace(/"GET.*HTTP\/1.1"/, '"-"'),
      line(i).slice(0, 60),
      '',
    ])
  return Array.from({ length: count }, (_, i) => `${i % 50 === 49 ? odd((i - 49) / 50) : line(i)}\n`).join('')
}
