import type { Sql } from '../../platform/db/index.ts'

/** Whose count it is, and who tries. */
export interface Counted {
  name: Buffer
  /** Empty: the count of all who never signed in to the account. */
  network: string
  /** Who this try is from, among those who share the count. */
  origin: string
}

/** That have a part in one count are kept, and may try in one lock. */
const most_origins = 1_000

/**
 * Counts a try as a failure, before it is judged. `failures` is null where the count is full: then `until` says until when. Past `max`, as many more are let through, each of
 * an origin that has not failed since the count began, as far as they are kept.
 */
export const takeAttempt = (sql: Sql, { name, network, origin }: Counted, max: number, now: Date, until: Date) => sql<
  [{ failures: number | null; until: Date | null }]
>`
  with taken as (
    insert into login_attempts as a (name, network, failures, until, origins) values (${name}, ${network}, 1, ${until}, array[${origin}::text])
    on conflict (name, network) do update set
      failures = case when a.until <= ${now} then 1 else a.failures + 1 end,
      until = case when a.until <= ${now} or a.failures + 1 = ${max} then excluded.until else a.until end,
      origins = case when a.until <= ${now} then excluded.origins when a.origins @> excluded.origins or (a.failures < ${max} and cardinality(a.origins) >= ${most_origins}) then a.origins
        else a.origins || excluded.origins end
    where a.until <= ${now} or a.failures < ${max} or (a.failures < ${max + Math.min(max, most_origins)} and not a.origins @> excluded.origins)
    returning failures
  )
  select (select failures from taken) as failures, (select until from login_attempts where name = ${name} and network = ${network}) as until`

/** Takes back a try that was not judged, or was right. `shared`: it was the one that its origin has in a lock. */
export const returnAttempt = (sql: Sql, { name, network, origin }: Counted, shared: boolean) => sql`
  with gone as (delete from login_attempts where name = ${name} and network = ${network} and failures <= 1 returning name)
  update login_attempts set failures = failures - 1, origins = case when ${shared} then array_remove(origins, ${origin}) else origins end
  where name = ${name} and network = ${network} and not exists (select from gone)`

export const forgetAttempts = (sql: Sql, { name, network }: Omit<Counted, 'origin'>) => sql`
  delete from login_attempts where name = ${name} and network = ${network}`

export const liftLocks = (sql: Sql, names: Buffer[]) => sql`
  delete from login_attempts where name in ${sql(names)}`

/** In batches, as a flood leaves many. */
export const sweepAttempts = (sql: Sql, now: Date, limit: number) => sql`
  delete from login_attempts where ctid = any (array(select ctid from login_attempts where until <= ${now} limit ${limit} for update skip locked))`
