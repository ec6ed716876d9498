import postgres from 'postgres'
import type { Log } from '../../kernel/log.ts'
import { UserError } from '../../kernel/user-error.ts'
import { errorCode } from './failures.ts'
import { migrations as embedded } from './migrations.gen.ts'
import { appliedMigrations, lockMigrations, recordMigration, runMigration } from './queries.ts'
import { transact, type Sql } from './sql.ts'

export interface Migration {
  version: number
  name: string
  text: string
}

export interface MigrationState {
  version: number
  name: string
  /** `changed`: the file is not the one that was applied. `unknown`: applied by another binary, and not in this one. */
  state: 'applied' | 'pending' | 'changed' | 'unknown'
  applied_at: Date | null
}

/** SHA-256 in hex, of the text with Unix line ends. */
export const checksum = (text: string): string =>
  new Bun.CryptoHasher('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex')

export async function migrationStatus(
  sql: Sql,
  migrations: readonly Migration[] = embedded,
): Promise<MigrationState[]> {
  const applied = await appliedMigrations(sql)
  const known = migrations.map(({ version, name, text }): MigrationState => {
    const row = applied.find((candidate) => candidate.version === version)
    if (!row) return { version, name, state: 'pending', applied_at: null }
    const same = row.checksum === null || row.checksum === checksum(text)
    return { version, name, state: same ? 'applied' : 'changed', applied_at: row.applied_at }
  })
  const unknown = applied
    .filter((row) => !migrations.some(({ version }) => version === row.version))
    .map(({ version, name, applied_at }): MigrationState => ({ version, name, state: 'unknown', applied_at }))
  return [...known, ...unknown].toSorted((a, b) => a.version - b.version)
}

/** Brings the database up to this binary; returns the names it applied. Servers that start together wait for each other. Throws `UserError`. */
export async function migrate(sql: Sql, log: Log, migrations: readonly Migration[] = embedded): Promise<string[]> {
  refuseStrangers(await migrationStatus(sql, migrations).catch(explainRights))
  const applied: string[] = []
  for (const migration of migrations) {
    const started_at = performance.now()
    const fresh = await transact(sql, (transaction) => apply(transaction, migration)).catch(explain(migration))
    if (!fresh) continue
    applied.push(migration.name)
    log.info('migration applied', { migration: migration.name, took_ms: Math.round(performance.now() - started_at) })
  }
  return applied
}

/** insufficient_privilege: the database is there, and somebody else's. */
const explainRights = (cause: unknown): never => {
  if (errorCode(cause) !== '42501') throw cause
  throw new UserError(
    `The user of database.url has no rights in its database (${(cause as Error).message}); use the user who owns its tables, or grant them.`,
    { cause },
  )
}

/** Within one transaction. False when another server was first. */
async function apply(sql: Sql, migration: Migration): Promise<boolean> {
  await lockMigrations(sql)
  const row = (await appliedMigrations(sql)).find(({ version }) => version === migration.version)
  // psql loads a file without knowing its checksum.
  if (row?.checksum) return false
  if (!row) await runMigration(sql, migration.text)
  await recordMigration(sql, migration.version, migration.name, checksum(migration.text))
  return !row
}

function refuseStrangers(states: MigrationState[]): void {
  const newest = states.findLast(({ state }) => state !== 'unknown')?.version ?? 0
  for (const { version, name, state } of states) {
    if (state === 'unknown' && version > newest) {
      throw new UserError(
        `The database is at migration ${name}, which is newer than this veza-chat; run the version that applied it, or a later one.`,
      )
    }
    if (state === 'unknown')
      throw new UserError(
        `Migration ${name} was applied to the database and is not in this veza-chat; run the version that applied it.`,
      )
    if (state === 'changed') {
      throw new UserError(
        `Migration ${name} is not the one that was applied to the database; put the original file back and make the change in a new migration.`,
      )
    }
  }
  const pending = states.find(({ state }) => state === 'pending')
  const last = states.findLast(({ state }) => state === 'applied')
  if (pending && last && last.version > pending.version) {
    throw new UserError(
      `Migration ${pending.name} was never applied although ${last.name} was; restore the database from a backup, or apply it by hand.`,
    )
  }
}

const explain =
  ({ name }: Migration) =>
  (cause: unknown): never => {
    if (!(cause instanceof postgres.PostgresError)) throw cause
    const said = cause.message
    // duplicate_table, duplicate_object, duplicate_function
    if (['42P07', '42710', '42723'].includes(cause.code)) {
      throw new UserError(`Migration ${name} met something that is already there (${said}); use an empty database.`, {
        cause,
      })
    }
    if (cause.code === '42501')
      throw new UserError(`Migration ${name} lacks a right (${said}); make the database's user its owner.`, { cause })
    if (cause.code === '53100')
      throw new UserError(`Migration ${name} found the disk full; free some space and start again.`, { cause })
    throw new UserError(`Migration ${name} failed and changed nothing (${said}).`, { cause })
  }
