import { describe, expect, it } from 'vitest'
import { rabbitmq, rabbitmqSink } from '../../../connectors/rabbitmq/index.ts'

const url = 'amqp://guest:guest@127.0.0.1:5672'
const source = (options: object) => () => rabbitmq({ url, queue: 'beacons', ...options } as never)
const sink = (options: object) => () => rabbitmqSink({ url, queue: 'beacons', ...options } as never)

const refused: readonly (readonly [what: string, make: () => unknown, sentence: RegExp])[] = [
  ['no queue', source({ queue: undefined }), /RabbitMQ: queue is missing; allowed: text of at most 255 bytes, not empty/],
  ['an empty queue', source({ queue: '' }), /queue; got ""/],
  ['a queue with a name that is too long', source({ queue: 'ü'.repeat(128) }), /queue; got "üüü/],
  ['a queue with a line break', source({ queue: 'a\nb' }), /without line breaks/],
  ['an exchange that is none', source({ exchange: 7 }), /exchange; got 7/],
  ['a routing key without an exchange', source({ routingKey: 'a' }), /routingKey; got "a"; allowed: one only with an exchange/],
  ['routing keys that are none', source({ exchange: 'e', routingKey: ['a', null] }), /routingKey; got null/],
  ['a prefetch of nothing', source({ prefetch: 0 }), /prefetch; got 0; allowed: a whole number from 1 to 65535/],
  ['a prefetch without end', source({ prefetch: Number.POSITIVE_INFINITY }), /prefetch/],
  ['another system', source({ url: 'https://host' }), /url; got "https:\/\/host\/"; allowed: amqp:\/\/user:password@host:5672\/vhost/],
  ['no url', source({ url: undefined }), /url is missing; allowed: amqp/],
  ['no urls', source({ url: [] }), /at least one URL/],
  ['one wrong url of two', source({ url: [url, 'nonsense'] }), /url; got "…"/],
  ['a user that is no UTF-8', source({ url: 'amqp://%ff@host' }), /url; got "amqp:\/\/%ff:\*\*\*@host"/],
  ['a heartbeat of nothing', source({ heartbeat: 0 }), /heartbeat; got 0; allowed: a whole number from 1 to 3600/],
  ['an option that nobody knows', source({ prefech: 1 }), /rabbitmq has no option prefech; allowed: url, .*prefetch/],
  [
    'a declaration that nobody knows',
    source({ declare: { type: 'topic' } }),
    /declare of RabbitMQ has no option type; allowed: durable, arguments/,
  ],
  ['a durability that is none', source({ declare: { durable: 1 } }), /declare: \{ durable \}; got 1; allowed: true or false/],
  ['no options', () => rabbitmq(undefined as never), /rabbitmq takes options; allowed: an object with url/],
  ['neither queue nor exchange', sink({ queue: undefined }), /queue, exchange; got \{\}; allowed: one of them/],
  ['both queue and exchange', sink({ exchange: 'e' }), /queue, exchange; got \{"queue":"beacons","exchange":"e"\}/],
  ['a routing key for a queue', sink({ routingKey: 'a' }), /one only with an exchange/],
  ['an encoder that is none', sink({ encode: 'json' }), /encode; got "json"; allowed: a function, or something with encode/],
  ['a timeout that is none', sink({ confirmTimeout: '1s' }), /confirmTimeout; got "1s"/],
]

describe('options', () => {
  it.each(refused)('are refused with %s', (_what, make, sentence) => {
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-option', message: expect.stringMatching(sentence) }))
  })

  it.each([
    'amqp://me:s3cret@host:99999/vhost',
    'http://me:s3cret@host/vhost?password=s3cret#s3cret',
    'amqp:me:s3cret@host',
    'amqp//me:s3cret@host',
    'me:s3cret@host',
    's3cret',
    'amqp://me:s3cret%zz@host',
    'amqp://me:s3cret@ho st/',
    'amqp://me:s3/s3cret@host',
    'amqp://me:12/s3cret@host',
    'amqp://me:12#s3cret@host',
    'amqp://me:12?s3cret@host',
    'amqp://s3cret',
  ])('never show a password: %s', (given) => {
    const what = (() => {
      try {
        return JSON.stringify(rabbitmq({ url: given, queue: 'q' }))
      } catch (error) {
        const { message, stack, details } = error as Error & { readonly details: unknown }
        return JSON.stringify([message, stack?.split('\n    at ')[0], details])
      }
    })()
    expect(what).not.toContain('s3cret')
  })

  it('are checked without a broker, and kept nowhere where they could be seen', () => {
    const reader = rabbitmq({ url: ['amqp://me:s3cret@one.example', 'amqps://me:s3cret@two.example/v%2Fh?heartbeat=5'], queue: 'beacons' })
    expect(Object.keys(reader)).toEqual(['resumes', 'open'])
  })
})
