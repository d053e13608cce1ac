import { isRefusal } from '../../core/contract/transactional-store.ts'
import { type ErrorCode, messageOf, TanagerError } from '../../core/error.ts'

/** What was asked, and of whom, for the message about what went wrong. */
export interface Asked {
  /** Which slot's kind it is for. */
  readonly code: Extract<ErrorCode, 'store' | 'service' | 'sink' | 'source'>
  /** Where the server is. */
  readonly place: string
  /** The table, or what else it is about. */
  readonly about: string
  /** What would make the table that is missing. */
  readonly ddl?: string
}

/** What PostgreSQL or its driver says: only the fields that are read. */
interface Said {
  readonly code?: unknown
  readonly detail?: unknown
  readonly column?: unknown
}

const connecting = 'cannot be reached'

/** By SQLSTATE, or by what Node calls the fault: what it means, and what to do. */
const known: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ECONNREFUSED: [connecting, 'Is the server running, and are host and port right?'],
  ENOTFOUND: [connecting, 'Is the name of the host right?'],
  EAI_AGAIN: [connecting, 'The name of the host could not be looked up: is the network there?'],
  ETIMEDOUT: [connecting, 'Is the address right, and does a firewall let it through?'],
  EHOSTUNREACH: [connecting, 'Is the address right, and does the network lead there?'],
  ENETUNREACH: [connecting, 'Is the address right, and does the network lead there?'],
  ENOENT: [connecting, 'Is the server running, and is the folder of its socket right?'],
  ECONNRESET: ['has hung up', 'Has it been restarted? It is asked again.'],
  EPIPE: ['has hung up', 'Has it been restarted? It is asked again.'],
  '08': ['has hung up', 'Has it been restarted? It is asked again.'],
  '57P01': ['has hung up', 'It is being stopped, or somebody has ended this connection. It is asked again.'],
  '57P02': ['has hung up', 'One of its processes has crashed. It is asked again.'],
  '57P03': ['does not take connections yet', 'It is starting or stopping. It is asked again.'],
  '28P01': ['refuses the password', 'Correct user and password in the url.'],
  '28000': ['refuses the user', 'Correct the user in the url, or let it in: a line in pg_hba.conf.'],
  '3D000': ['has no such database', 'Correct the name in the url, or type: CREATE DATABASE …'],
  '42P01': ['has no such table', 'Make it, or correct its name'],
  '3F000': ['has no such schema', 'Correct the name, or type: CREATE SCHEMA …'],
  '42703': ['has no such column', 'Correct its name, or add the column to the table.'],
  '42501': ['does not permit that', 'GRANT the user what docs/postgres.md lists, on the tables, and USAGE on their schema.'],
  '25006': ['takes no writes', 'Is this a replica, or is default_transaction_read_only on? Name the primary.'],
  '42P10': ['has no unique index on the columns of the key', 'Type: CREATE UNIQUE INDEX ON … with just those columns.'],
  '21000': ['was given two keys for one row', 'Keys that differ must differ in their columns.'],
  '23502': ['does not take NULL there', 'Give the column a default, or a value.'],
  '23505': ['has such a row already', 'Another unique index of the table forbids it.'],
  '23503': ['misses a row, or has one that must stay', 'A FOREIGN KEY forbids it.'],
  '23514': ['does not take the row', 'A CHECK of the table forbids it.'],
  '23': ['does not take the row', 'A constraint of the table forbids it.'],
  '22003': ['has a column too small for the number', 'ALTER the column to a larger type: bigint, numeric, double precision.'],
  '22001': ['has a column too short for the text', 'ALTER the column to type text.'],
  '22P02': ['cannot read a value as the type of its column', 'Let the type of the column fit the codec, or convert it in `columns`.'],
  '22007': ['cannot read a value as a time', 'Let the type of the column fit the codec, or convert it in `columns`.'],
  '22008': ['cannot keep a time so far away', 'Convert it in `columns`.'],
  '42804': ['has a column of another type', 'Let the type of the column fit the codec, or convert it in `columns`.'],
  '54000': ['cannot index a key so long', 'Cut or hash long keys in the job: .mapKeys(…).'],
  '53100': ['has no room on its disk', 'Make room; it is asked again.'],
  '53200': ['is out of memory', 'It is asked again.'],
  '53300': ['has too many connections', 'Raise max_connections, set `connections` lower, or put a pooler before it. It is asked again.'],
  '53400': ['is at a limit of its configuration', 'It is asked again.'],
  '55P03': ['has the row locked', 'Somebody keeps a transaction open. It is asked again.'],
  '57014': ['has not answered in time', 'Is it overloaded, or does somebody keep a lock? See pg_stat_activity, or raise `timeout`.'],
  '40001': ['has given way to another transaction', 'It is asked again.'],
  '40P01': ['has given way to another transaction', 'It is asked again.'],
}

/**
 * Whether a statement has failed for the values it was given, and will again: a type that does not hold them, a constraint,
 * an index that takes no key so long, two keys for one row. Whatever else fails may go well the next time.
 */
export const isData = (thrown: unknown): boolean => {
  if (thrown instanceof TanagerError) return isRefusal(thrown)
  const { code } = inner(thrown) as Said
  return typeof code === 'string' && /^(22...|23...|54000|21000)$/.test(code)
}

/** What is wrong with a row, and what to do, in one sentence without the place: that is said by who has the row. */
export function refusalOf(thrown: unknown, column: string | undefined): string {
  const cause = inner(thrown)
  const { code, column: named, detail } = cause as Said
  const text = messageOf(cause)
  const where = column ?? (typeof named === 'string' ? named : undefined)
  const said = [where === undefined ? '' : `column ${where}`, text, typeof detail === 'string' ? detail : '']
  const sentence = said.filter((part) => part !== '').join(': ')
  return thrown instanceof TanagerError ? sentence : `${sentence.replace(/\.$/, '')}. ${meaning(code as string, text)[1]}`
}

/** Whatever was thrown, as an error that says what, where and what to do. */
export function faultOf(thrown: unknown, { code, place, about, ddl }: Asked): TanagerError {
  if (thrown instanceof TanagerError) return thrown
  const cause = inner(thrown)
  const { code: state, detail, column } = cause as Said
  const text = messageOf(cause)
  const [what, remedy] = meaning(typeof state === 'string' ? state : undefined, text)
  // A detail may show a row, which may be somebody's secret; it is short, and shown to who may read the table anyway.
  const said = [text, typeof detail === 'string' ? detail : '', typeof column === 'string' ? `column ${column}` : '']
  // A source is given nothing but its own position: if that is wrong, so is the source.
  return new TanagerError(
    isData(thrown) && code !== 'source' ? 'refused' : code,
    `${place} ${what}: ${said.filter((part) => part !== '').join('; ')}`,
    {
      where: about,
      remedy: state === '42P01' && ddl !== undefined ? `${remedy}, or type:\n${ddl}` : remedy,
      cause: thrown,
    },
  )
}

/** Of an address with several hosts, or several addresses, Node tells all failures at once. */
function inner(thrown: unknown): object {
  const first = thrown instanceof AggregateError ? thrown.errors[0] : thrown
  return typeof first === 'object' && first !== null ? first : { message: messageOf(first) }
}

function meaning(state: string | undefined, text: string): readonly [what: string, remedy: string] {
  const found = state === undefined ? undefined : (known[state] ?? known[state.slice(0, 2)])
  if (found !== undefined) return found
  if (/password must be a string|SASL/.test(text)) return ['asks for a password', 'Put the right one into the url.']
  if (/timeout exceeded when trying to connect|connection timeout/i.test(text)) {
    return [connecting, 'It did not take the connection in time: is the address right, is it overloaded, are all `connections` in use?']
  }
  if (/Query read timeout/.test(text)) return ['has not answered in time', 'Is it overloaded? Raise `timeout` if it needs longer.']
  if (/Connection terminated|Connection ended|not queryable|connection error/i.test(text)) {
    return ['has hung up', 'Has it been restarted? It is asked again.']
  }
  if (/does not support SSL/.test(text)) return ['has no TLS', 'Leave sslmode out of the url, or turn ssl on in postgresql.conf.']
  return ['has refused', 'See its log.']
}
