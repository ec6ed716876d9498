import type { Sql } from '../../platform/db/index.ts'

export interface ProfileRow {
  username: string
  display_name: string | null
  locale: string | null
  role: string
  password_hash: string | null
  email_encrypted: Uint8Array | null
}

/** A user's row, locked until the transaction ends: nobody makes them a member or changes their role meanwhile. */
export const lockProfile = async (sql: Sql, id: number): Promise<ProfileRow | undefined> => {
  const [row] = await sql<ProfileRow[]>`
    select username, display_name, locale, role, password_hash, email_encrypted
    from users where id = ${id} and status <> 'deleted' for no key update`
  return row
}

export const withPassword = (sql: Sql, id: number) => sql<{ has_password: boolean }[]>`
  select password_hash is not null as has_password from users where id = ${id} and status <> 'deleted'`

export interface ProfilePatch {
  display_name?: string | null
  locale?: string | null
  email_encrypted?: Buffer | null
  email_index?: Buffer | null
  email_verified_at?: null
  password_hash?: string
}

/** At least one field. */
export const changeProfile = async (sql: Sql, id: number, patch: ProfilePatch): Promise<void> => {
  await sql`update users set ${sql(patch as Record<string, string | Buffer | null>)}, updated_at = clock_timestamp() where id = ${id}`
}

/** Held until the transaction ends by whoever takes an administrator away. */
export const lockAdmins = (sql: Sql) => sql`select pg_advisory_xact_lock(hashtextextended('veza-chat.admins', 0))`

/** People who are administrators now, but for one. A bot is none: it cannot let anybody in. */
export const hasOtherAdmin = async (sql: Sql, id: number): Promise<boolean> =>
  (
    await sql`
      select from users where role = 'admin' and not is_bot and id <> ${id} and (status = 'active' or status = 'banned' and banned_until <= now()) limit 1`
  ).length > 0

/** Bots that somebody owns; nobody makes one more for them once their row is locked. */
export const botsOf = (sql: Sql, owner_id: number) => sql<{ id: number; username: string }[]>`
  select id, username from users where owner_id = ${owner_id} and status <> 'deleted' order by id`

/** With their keys. */
export const removeBots = (sql: Sql, owner_id: number) => sql<{ id: number }[]>`
  with bots as (
    update users set status = 'deleted', updated_at = clock_timestamp() where owner_id = ${owner_id} and status <> 'deleted' returning id
  ),
  keys as (update api_keys k set revoked_at = now() from bots where k.user_id = bots.id and k.revoked_at is null)
  select id from bots`

/** What is left is a name that says nothing, under which what they wrote stays. */
export const forget = async (sql: Sql, id: number): Promise<void> => {
  await sql`
    update users u set status = 'deleted', role = 'user', display_name = null, email_encrypted = null, email_index = null, email_verified_at = null, password_hash = null,
      banned_until = null, ban_reason = null, locale = null, presence = 'online', presence_message = null, last_seen_at = null, updated_at = clock_timestamp(),
      -- Somebody may have taken the name before it was reserved.
      username = 'deleted-' || u.id || case when exists (select from users o where lower(o.username) = 'deleted-' || u.id and o.id <> u.id)
        then '-' || substr(u.uuid::text, 1, 8) else '' end
    where u.id = ${id}`
  await sql`update sessions set ip = null, user_agent = null where user_id = ${id}`
  await sql`update api_keys set revoked_at = coalesce(revoked_at, now()), last_used_ip = null where user_id = ${id}`
  // The subject stays, so that a token that is still good, or the next one, does not make the account anew.
  await sql`update external_identities set claimed_name = null, claimed_role = null where user_id = ${id}`
  await sql`delete from blocks where user_id = ${id} or blocked_user_id = ${id}`
  await sql`delete from mentions where user_id = ${id}`
  await sql`delete from thread_reads where user_id = ${id}`
  await sql`delete from reports where reporter_id = ${id}`
}
