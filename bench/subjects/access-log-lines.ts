import { randomOf } from '../../jobs/beacon-counts/zipf.ts'
import { even, popular } from './ranks.ts'
import type { Shape, Supply } from './subject.ts'

// As the log of a small public site looks: about 240 characters to a line, some four days, a few hosts and pages that come
// again and again and many that come once.

const browsers = [
  'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.107 Safari/537.36',
  'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:27.0) Gecko/20100101 Firefox/27.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 6_0 like Mac OS X) AppleWebKit/536.26 (KHTML, like Gecko) Version/6.0 Mobile/10A5376e Safari/8536.25 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36',
  'UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
]
const folders = [
  '',
  'blog/',
  'blog/tags/',
  'projects/',
  'projects/xdotool/',
  'articles/',
  'images/',
  'presentations/2013/images/',
  'files/',
]
const endings = ['', '.html', '.css', '.png', '.jpg', '?flav=rss20', '/']

/** Statuses in the shares in which they come, of a thousand. */
const statuses: readonly (readonly [status: string, share: number])[] = [
  ['200', 913],
  ['304', 44],
  ['404', 21],
  ['301', 16],
  ['206', 5],
  ['500', 1],
]
const statusTable = statuses.flatMap(([status, share]) => Array.from({ length: share }, () => status))

const from = Date.UTC(2026, 0, 3, 10)
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const [hour, hours] = [3_600_000, 84]

/** Lines in Apache's combined format, of as many paths as there are to be keys. */
export function accessLogSupply({ keys }: Shape): Supply {
  const random = randomOf(1)
  const [page, host, moment] = [popular(keys, random), popular(Math.ceil(keys * 1.2), random), even(hours * hour, random)]
  const answer = {
    hits: new Map<string, number>(),
    bytes: new Map<string, number>(),
    statuses: new Map<string, number>(),
    hours: new Map<string, number>(),
  }
  const of = (key: number) => {
    const [path, address, status] = [pathOf(key), addressOf(host()), statusTable[random() % statusTable.length] as string]
    const size = status === '304' ? 0 : 200 + (random() % 60_000)
    const at = from + moment()
    add(answer.hits, path, 1)
    add(answer.bytes, address, size)
    add(answer.statuses, status, 1)
    add(answer.hours, hourName(at), 1)
    const referrer = random() % 5 < 2 ? '-' : `http://www.example.org/${pathOf(page()).slice(1)}`
    return `${address} - - [${timeOf(at)} +0000] "GET ${path} HTTP/1.1" ${status} ${size === 0 ? '-' : size} "${referrer}" "${browsers[random() % browsers.length]}"`
  }
  return { of, next: () => of(page()), answer: () => answer }
}

const pathOf = (page: number): string =>
  `/${folders[page % folders.length]}${(page * 2_654_435_761).toString(36)}${endings[page % endings.length]}`

/** Addresses that are for documentation, and no host's. */
const addressOf = (host: number): string => `198.${18 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`

function timeOf(at: number): string {
  const date = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
}

const hourName = (at: number): string => `${new Date(at).toISOString().slice(0, 13)}:00Z`

function add(counts: Map<string, number>, key: string, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n)
}
