import postgres from 'postgres'
import type { Log } from '../../kernel/log.ts'

/** A pool, or a transaction of it. `bigint` comes back as a number: ids, seqs and counts stay below 2^53. */
export type Sql = postgres.Sql<{ bigint: number }>

export interface ConnectOptions {
  /** `postgres://user:password@host:port/database?sslmode=...`; `?host=/directory` names a unix socket. */
  url: string
  /** Connections of this pool, opened when needed. */
  max: number
  /** Milliseconds; 0 waits for ever. */
  connect_timeout: number
  /** Milliseconds after which the database cancels a statement; 0 never does. */
  query_timeout: number
  /** Unset: as the database is set. */
  synchronous_commit?: boolean
  application_name?: string
  log?: Log
  /** A connection of the pool was closed, by whichever side: a query that ran on it may never settle. */
  onclose?: () => void
}

export type Bigint = {
  to: number
  from: number[]
  parse: (text: string) => number
  serialize: (value: unknown) => string
}

const bigint: Bigint = { to: 20, from: [20], parse: Number, serialize: String }

// A transaction that forgets to end would hold its locks; nothing of ours thinks for a minute within one.
const idle_in_transaction_ms = 60_000

/** A pool. No connection is made before the first query; a lost one is made again by the next query. */
export function connect(options: ConnectOptions): Sql {
  const { address, socket, ssl } = target(options.url)
  return postgres(address, {
    max: options.max,
    connect_timeout: Math.ceil(options.connect_timeout / 1000),
    // A short pause between attempts: a restarted database is used again at once.
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
    ...(socket === undefined ? {} : { path: socket }),
    ...(ssl === undefined ? {} : { ssl }),
    types: { bigint },
    connection: {
      application_name: options.application_name ?? 'veza-chat',
      TimeZone: 'UTC',
      // Our statements are short; compiling one costs more than running it.
      jit: 'off',
      statement_timeout: options.query_timeout,
      idle_in_transaction_session_timeout: idle_in_transaction_ms,
      ...(options.synchronous_commit === undefined
        ? {}
        : { synchronous_commit: options.synchronous_commit ? 'on' : 'off' }),
    },
    ...(options.onclose && { onclose: options.onclose }),
    onnotice: (notice) => options.log?.debug(notice['message'] ?? 'notice', { severity: notice['severity'] }),
  })
}

// What libpq takes in an address and is no setting of the server; the rest of the query string is sent to it as settings.
const client_side = [
  'host',
  'port',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'connect_timeout',
  'channel_binding',
  'gssencmode',
  'target_session_attrs',
]

function target(url: string): {
  address: string
  socket?: string
  ssl?: Exclude<postgres.Options<{}>['ssl'], undefined>
} {
  const parsed = new URL(url)
  const query = parsed.searchParams
  const [host, port, mode, ca] = [query.get('host'), query.get('port'), query.get('sslmode'), query.get('sslrootcert')]
  for (const name of client_side) query.delete(name)
  if (!parsed.hostname) parsed.hostname = 'localhost'
  const socket = host?.startsWith('/') ? `${host}/.s.PGSQL.${port ?? (parsed.port || '5432')}` : undefined
  const ssl = encryption(mode, ca)
  return { address: parsed.href, ...(socket === undefined ? {} : { socket }), ...(ssl === undefined ? {} : { ssl }) }
}

function encryption(
  mode: string | null,
  ca: string | null,
): object | boolean | 'require' | 'prefer' | 'verify-full' | undefined {
  if (mode === null)
    return ca === null || ca === 'system' ? (ca === null ? undefined : 'verify-full') : { ca: Bun.file(ca) }
  if (mode === 'disable') return false
  if (mode === 'verify-full' || mode === 'verify-ca')
    return ca === null || ca === 'system' ? 'verify-full' : { ca: Bun.file(ca) }
  return mode === 'require' ? 'require' : 'prefer'
}

/** Runs `run` in one transaction: what it throws rolls back. Queries take the transaction's `sql` as they take the pool's. */
export const transact = <T>(sql: Sql, run: (sql: Sql) => Promise<T>): Promise<T> =>
  sql.begin((transaction) => run(transaction as unknown as Sql)) as Promise<T>
