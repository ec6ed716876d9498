import postgres from 'postgres'
import type { AppError } from '../../kernel/errors.ts'
import { UserError } from '../../kernel/user-error.ts'
import { TimedOut } from '../../kernel/within.ts'

/**
 * For `.catch()`: throws `error()` when the named constraint refused the write, else what came.
 *
 *     rename(sql, id, slug).catch(onConstraint('conversation_slug_key', () => new AppError('RESOURCE_CONFLICT')))
 */
export const onConstraint =
  (name: string, error: () => AppError) =>
  (cause: unknown): never => {
    throw cause instanceof postgres.PostgresError && cause.constraint_name === name ? error() : cause
  }

export const errorCode = (cause: unknown): string | undefined =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined

const lost = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout, too_many_connections
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '53300',
])

/** Whether the database was not reached or went away, so that asking again later may help. Class 08 is "connection exception". */
export function isConnectionError(cause: unknown): boolean {
  const code = errorCode(cause)
  if (code === undefined) return false
  // A socket's file that is not there, and not any file.
  if (code === 'ENOENT' || code === 'EACCES')
    return cause instanceof Error && 'syscall' in cause && cause.syscall === 'connect'
  return lost.has(code) || code.startsWith('08')
}

/** Whether the database is there and lacks what it needs for now: disk, memory (class 53), or the time it was given (57014); or gave way to somebody. */
export const isShortage = (cause: unknown): boolean =>
  /^53(?!300)|^57014$/.test(errorCode(cause) ?? '') || hasGivenWay(cause)

/** Whether a transaction was undone for another one (serialization_failure, deadlock_detected): the same again may well succeed. */
export const hasGivenWay = (cause: unknown): boolean => /^40(001|P01)$/.test(errorCode(cause) ?? '')

/** `host:port/database` of an address: never the user, never the password. */
export function place(url: string): string {
  const parsed = new URL(url)
  const host = parsed.searchParams.get('host') ?? parsed.hostname
  return `${host}${host.startsWith('/') ? '' : `:${parsed.port || 5432}`}${parsed.pathname}`
}

/** A first connection that failed, as one sentence. */
export function explain(cause: unknown, url: string): UserError {
  const parsed = new URL(url)
  const user = decodeURIComponent(parsed.username)
  const where = place(url)
  const code = errorCode(cause) ?? ''
  const said = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ') : String(cause)
  const sentence = () => {
    if (code === '28P01' || code === '28000') {
      return /no pg_hba.conf entry|encryption/i.test(said)
        ? `The database at ${where} refuses this connection (${said}); allow it in pg_hba.conf or set sslmode in database.url.`
        : `The database at ${where} refuses the user "${user}"; check the name and the password in database.url.`
    }
    if (code === 'SASL_SIGNATURE_MISMATCH' || /password/i.test(said))
      return `The database at ${where} wants another password for "${user}"; check database.url.`
    if (code === '3D000')
      return `There is no database of that name at ${where}; create it with "createdb", or correct database.url.`
    if (code === '53300')
      return `The database at ${where} has no connection left; lower database.max_connections or raise the database's max_connections.`
    if (code === '08P01' && /startup parameter/.test(said))
      return `The pooler at ${where} refuses our settings (${said}); add them to its ignore_startup_parameters, or connect to PostgreSQL directly.`
    if (code === 'ECONNREFUSED') return `Nothing answers at ${where}; start PostgreSQL there, or correct database.url.`
    if (code === 'ENOENT')
      return `There is no PostgreSQL socket at ${where}; start PostgreSQL, or correct database.url.`
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      return `The name of the database's host in ${where} is not known; correct database.url.`
    if (code === 'CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
      return `The database at ${where} did not answer in time; check the address, the firewall and database.connect_timeout.`
    if (/CERT|SSL|TLS|SELF_SIGNED/i.test(code) || /certificate|\bssl\b|\btls\b/i.test(said))
      return `No safe connection to the database at ${where} (${said}); correct sslmode or sslrootcert in database.url.`
    if (cause instanceof TimedOut)
      return `What answers at ${where} does not speak as PostgreSQL does, or hangs up; check that PostgreSQL runs there, and database.url.`
    if (code === 'CONNECTION_CLOSED' || code === 'ECONNRESET')
      return `The database at ${where} hung up; check that PostgreSQL runs there, and sslmode in database.url.`
    if (code === '57P03') return `The database at ${where} is still starting; try again in a moment.`
    return `The database at ${where} cannot be used (${said}); check database.url.`
  }
  return new UserError(sentence(), { cause })
}
