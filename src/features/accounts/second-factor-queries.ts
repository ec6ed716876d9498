import { byteArray, type Sql } from '../../platform/db/index.ts'

interface Factor {
  secret: Uint8Array
  confirmed_at: Date | null
  locked_until: Date | null
  backup_codes_left: number
}

export const secondFactor = (sql: Sql, user_id: number) => sql<Factor[]>`
  select secret, confirmed_at, locked_until, (select count(*)::integer from backup_codes b where b.user_id = f.user_id) as backup_codes_left
  from second_factors f where user_id = ${user_id}`

/** In place of one that waits to be confirmed. No row: there is one that is on. */
export const proposeSecondFactor = (sql: Sql, user_id: number, secret: Buffer, now: Date) => sql<{ user_id: number }[]>`
  insert into second_factors as f (user_id, secret, created_at) values (${user_id}, ${secret}, ${now})
  on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at where f.confirmed_at is null
  returning f.user_id`

/** The old codes are void. */
export async function replaceBackupCodes(sql: Sql, user_id: number, hashes: Buffer[]): Promise<void> {
  await sql`delete from backup_codes where user_id = ${user_id}`
  await sql`insert into backup_codes (user_id, code_hash) select ${user_id}, unnest(${byteArray(sql, hashes)})`
}

/** Only while it is still the one that was looked at. */
export const confirmSecondFactor = (sql: Sql, user_id: number, secret: Uint8Array, step: number, now: Date) => sql<
  { user_id: number }[]
>`
  update second_factors set confirmed_at = ${now}, last_step = ${step}
  where user_id = ${user_id} and secret = ${secret} and confirmed_at is null returning user_id`

/**
 * Counts an attempt before it is judged, so that guesses made in parallel count each other. From `max` wrong ones in a row on each locks, for twice as long
 * as the one before. No row: it is locked, or there is none.
 */
export const takeAttempt = (
  sql: Sql,
  attempt: { user_id: number; max: number; now: Date; lockout_ms: number; longest_ms: number },
) => sql<{ secret: Uint8Array }[]>`
  update second_factors set
    failures = failures + 1,
    locked_until = case when failures + 1 >= ${attempt.max} then ${attempt.now}::timestamptz + make_interval(secs =>
      least(${attempt.longest_ms}, ${attempt.lockout_ms} * power(2, least(failures + 1 - ${attempt.max}, 24))) / 1000) end
  where user_id = ${attempt.user_id} and confirmed_at is not null and (locked_until is null or locked_until <= ${attempt.now})
  returning secret`

/** Takes a code of this step, once: of two at once, one finds the step taken. Forgets the wrong ones before it. */
export const takeStep = (sql: Sql, user_id: number, step: number) => sql<{ user_id: number }[]>`
  update second_factors set last_step = ${step}, failures = 0, locked_until = null
  where user_id = ${user_id} and confirmed_at is not null and last_step < ${step} returning user_id`

export const takeBackupCode = (sql: Sql, user_id: number, code_hash: Buffer) => sql<{ user_id: number }[]>`
  with used as (delete from backup_codes where user_id = ${user_id} and code_hash = ${code_hash} returning user_id)
  update second_factors f set failures = 0, locked_until = null from used
  where f.user_id = used.user_id and f.confirmed_at is not null returning f.user_id`

/** The user row is touched, so that every server looks at the account again. No row: there was none that was on. */
export const deleteSecondFactor = (sql: Sql, user_id: number) => sql<{ id: number }[]>`
  with gone as (delete from second_factors where user_id = ${user_id} returning user_id, confirmed_at)
  update users u set updated_at = clock_timestamp() from gone where u.id = gone.user_id and gone.confirmed_at is not null returning u.id`

export const deleteUnconfirmed = (sql: Sql, before: Date) => sql`
  delete from second_factors where confirmed_at is null and created_at < ${before}`
