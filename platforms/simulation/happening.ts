import type { Alarm } from '../../core/engine/outputs/alarm.ts'
import { messageOf } from '../../core/error.ts'

/** Something that was asked of the log, a service or a sink, or a wait. */
export interface Request {
  /** What is asked: a method of the log, a service, a sink. */
  readonly verb: string
  readonly args: readonly unknown[]
}

/** What came of a request. */
export type Reply = { readonly answer: unknown } | { readonly error: unknown }

/** What can happen in a run; told as data, so that whoever tells of it chooses the words. */
export type Event =
  | { readonly kind: 'sends'; readonly batch: number; readonly records: readonly string[] }
  | { readonly kind: 'takes'; readonly work: string; readonly twice: boolean }
  | { readonly kind: 'loses'; readonly work: string }
  | { readonly kind: 'begins'; readonly work: string; readonly attempt: number }
  | { readonly kind: 'asks'; readonly request: Request; readonly reply: Reply; readonly orphan: boolean }
  | { readonly kind: 'dies'; readonly request: Request; readonly lost: boolean }
  | { readonly kind: 'is held up'; readonly request: Request }
  | { readonly kind: 'has done'; readonly work: string }
  | { readonly kind: 'puts off'; readonly work: string }
  | { readonly kind: 'fails'; readonly work: string; readonly error: unknown; readonly last: boolean }
  | { readonly kind: 'is ended' }
  | { readonly kind: 'is started' }
  | { readonly kind: 'tells'; readonly alarm: Alarm }

export type Happening = Event & {
  /** Milliseconds of the run's own clock. */
  readonly at: number
  readonly who: string
}

/** A happening on one line. */
export function lineOf(happening: Happening): string {
  return `${String(happening.at).padStart(5)} ms  ${happening.who}: ${eventText(happening)}`
}

function eventText(event: Event): string {
  switch (event.kind) {
    case 'sends':
      return `sends batch ${event.batch}`
    case 'takes':
      return `takes ${event.work}${event.twice ? ', twice' : ''}`
    case 'loses':
      return `loses ${event.work}`
    case 'begins':
      return `begins ${event.work}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`
    case 'asks':
      return `${requestText(event.request)}: ${replyText(event.reply)}${event.orphan ? ', and nobody hears it' : ''}`
    case 'dies':
      return `dies waiting for ${requestText(event.request)}`
    case 'is held up':
      return `is held up at ${requestText(event.request)}`
    case 'has done':
      return `has done ${event.work}`
    case 'puts off':
      return `puts ${event.work} off`
    case 'fails':
      return `fails at ${event.work}: ${messageOf(event.error)}`
    case 'is ended':
    case 'is started':
      return event.kind
    case 'tells':
      return `${event.alarm.stands ? 'alarm' : 'alarm over'}: ${event.alarm.text}`
  }
}

function requestText({ verb, args }: Request): string {
  return [verb, ...args.flatMap(words)].join(' ')
}

const telling = ['stream', 'writer', 'writerSequence', 'sequence', 'store', 'partition', 'position'] as const

/** What of a request's arguments tells one from another. */
function words(argument: unknown): readonly (string | number)[] {
  if (typeof argument === 'string' || typeof argument === 'number') return [argument]
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) return []
  const fields = argument as Readonly<Record<string, unknown>>
  return telling.flatMap((name) => words(fields[name]))
}

function replyText(reply: Reply): string {
  if ('error' in reply) return messageOf(reply.error)
  const { answer } = reply
  if (typeof answer !== 'object' || answer === null) return answer === undefined ? 'nothing' : String(answer)
  if ('status' in answer) return String(answer.status)
  if ('entries' in answer && Array.isArray(answer.entries)) return `${answer.entries.length} entries`
  return 'found'
}
