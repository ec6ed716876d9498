import type { Sql } from '../../platform/db/index.ts'

/** Whose count it is, and who tries. */
export interface Counted {
  name: Buffer
  /** Empty: the count of all who never signed in to the account. */
  network: string
  /** Who this try is from, among those who share the count. */
  origin: string
}

/** How many origins of one count are kept, and may have a try in one lock. */
const most_origins = 1_000

/**
 * Counts a try as a failure, before it is judged. `failures` is null where the count is full. Past `max`, as many more are let through, each of
 * an origin that has not failed since the count began, as far as they are kept.
 */
export const takeAttempt = (sql: Sql, { name, network, origin }: Counted, max: number, now: Date, until: Date) => sql<
  [{ failures: number | null; begun: Date | null }]
>`
  with taken as (
    insert into login_attempts as a (name, network, failures, begun, until, origins)
    values (${name}, ${network}, 1, ${now}, ${until}, array[${origin}::text])
    on conflict (name, network) do update set
      failures = case when a.until <= ${now} then 1 else a.failures + 1 end,
      begun = case when a.until <= ${now} then excluded.begun else a.begun end,
      until = case when a.until <= ${now} or a.failures + 1 = ${max} then excluded.until else a.until end,
      origins = case when a.until <= ${now} then excluded.origins when a.failures < ${max} and cardinality(a.origins) >= ${most_origins} then a.origins
        else a.origins || excluded.origins end
    where a.until <= ${now} or a.failures < ${max} or (a.failures < ${max + Math.min(max, most_origins)} and not a.origins @> excluded.origins)
    returning failures, begun
  )
  select (select failures from taken) as failures, (select begun from taken) as begun`

/** Until when a count is locked. */
export const lockedUntil = (sql: Sql, { name, network }: Counted) => sql<{ until: Date }[]>`
  select until from login_attempts where name = ${name} and network = ${network}`

/**
 * Takes back a try that was not judged, or was right, from the count that it was taken of: `begun`. One that was full and is not any more ends when it would have
 * without it, `lockout_ms` after it began.
 */
export const returnAttempt = (
  sql: Sql,
  { name, network, origin }: Counted,
  begun: Date,
  max: number,
  lockout_ms: number,
) => sql`
  with gone as (
    delete from login_attempts where name = ${name} and network = ${network} and begun = ${begun} and failures <= 1 returning name
  )
  update login_attempts set
    failures = failures - 1,
    until = case when failures = ${max} then begun + make_interval(secs => ${lockout_ms / 1000}::float8) else until end,
    origins = case when origins @> array[${origin}::text]
      then origins[:array_position(origins, ${origin}) - 1] || origins[array_position(origins, ${origin}) + 1:] else origins end
  where name = ${name} and network = ${network} and begun = ${begun} and not exists (select from gone)`

export const liftLocks = (sql: Sql, names: Buffer[]) => sql`
  delete from login_attempts where name in ${sql(names)}`

/** In batches, as a flood leaves many. */
export const sweepAttempts = (sql: Sql, now: Date, limit: number) => sql`
  delete from login_attempts where ctid = any (array(select ctid from login_attempts where until <= ${now} limit ${limit} for update skip locked))`
