import type { Scope } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import { type AccountRow, columns as accountColumns } from './queries.ts'

export interface ApiKeyRow {
  id: string
  user_id: number
  name: string
  prefix: string
  permissions: Scope[]
  ip_whitelist: string[]
  expires_at: Date | null
  created_at: Date
  last_used_at: Date | null
  last_used_ip: string | null
}

export interface KeyInUse extends AccountRow {
  key_id: string
  permissions: Scope[]
  key_expires_at: Date | null
  key_revoked_at: Date | null
  key_used_at: Date | null
  is_address_allowed: boolean
  /** Of the owner of a bot; null for people. */
  owner_status: string | null
  owner_banned_until: Date | null
}

const columns = (sql: Sql) => sql`
  k.id, k.user_id, k.name, k.prefix, k.permissions, k.ip_whitelist::text[] as ip_whitelist, k.expires_at, k.created_at, k.last_used_at,
  host(k.last_used_ip) as last_used_ip`

/** What a key needs to be judged, by one index. Networks as PostgreSQL sees them: an IPv4 address is in no range of IPv6. */
export const keyByHash = (sql: Sql, key_hash: Buffer, ip: string | null) => sql<KeyInUse[]>`
  select ${accountColumns(sql)}, k.id as key_id, k.permissions, k.expires_at as key_expires_at, k.revoked_at as key_revoked_at, k.last_used_at as key_used_at,
    k.ip_whitelist = '{}' or coalesce(${ip}::inet <<= any (k.ip_whitelist), false) as is_address_allowed,
    o.status as owner_status, o.banned_until as owner_banned_until
  from api_keys k join users u on u.id = k.user_id left join users o on o.id = u.owner_id
  where k.key_hash = ${key_hash}`

export const noteUse = (sql: Sql, id: string, ip: string | null, now: Date, before: Date) => sql`
  update api_keys set last_used_at = ${now}, last_used_ip = ${ip}::inet
  where id = ${id} and (last_used_at is null or last_used_at < ${before})`

/** Whom keys may be made for, locked so that they are counted right. */
export const lockHolder = (sql: Sql, user_id: number) => sql<
  { id: number; role: AccountRow['role']; is_bot: boolean; owner_id: number | null }[]
>`
  select id, role, is_bot, owner_id from users where id = ${user_id} and status <> 'deleted' for no key update`

export const findHolder = (sql: Sql, user_id: number) => sql<
  { id: number; is_bot: boolean; owner_id: number | null }[]
>`
  select id, is_bot, owner_id from users where id = ${user_id} and status <> 'deleted'`

export const countKeys = (sql: Sql, user_id: number, now: Date) => sql<{ count: number }[]>`
  select count(*)::integer as count from api_keys
  where user_id = ${user_id} and revoked_at is null and (expires_at is null or expires_at > ${now})`

export const insertKey = (
  sql: Sql,
  key: {
    user_id: number
    created_by: number
    name: string
    prefix: string
    key_hash: Buffer
    permissions: readonly string[]
    ip_whitelist: readonly string[]
    expires_at: Date | null
    now: Date
  },
) => sql<ApiKeyRow[]>`
  insert into api_keys as k (user_id, created_by, name, prefix, key_hash, permissions, ip_whitelist, expires_at, created_at)
  values (${key.user_id}, ${key.created_by}, ${key.name}, ${key.prefix}, ${key.key_hash}, ${[...key.permissions]}::text[],
    -- Without the bits behind the prefix, each once.
    array(select distinct network(range::inet) from unnest(${[...key.ip_whitelist]}::text[]) range order by 1), ${key.expires_at}, ${key.now})
  returning ${columns(sql)}`

/** The newest first; those that were revoked are gone. */
export const keysAfter = (sql: Sql, user_id: number, after: string | null, limit: number) => sql<ApiKeyRow[]>`
  select ${columns(sql)} from api_keys k
  where k.user_id = ${user_id} and k.revoked_at is null
    and (${after}::uuid is null or (k.created_at, k.id) < (select a.created_at, a.id from api_keys a where a.id = ${after}::uuid))
  order by k.created_at desc, k.id desc limit ${limit}`

/** With who may revoke it besides moderators of users. */
export const findKey = (sql: Sql, id: string) => sql<
  { id: string; user_id: number; owner_id: number | null; prefix: string }[]
>`
  select k.id, k.user_id, u.owner_id, k.prefix from api_keys k join users u on u.id = k.user_id
  where k.id = ${id} and k.revoked_at is null`

export const revokeKeys = (sql: Sql, user_id: number, id: string | null, now: Date) => sql<{ id: string }[]>`
  update api_keys set revoked_at = ${now}
  where user_id = ${user_id} and revoked_at is null and (${id}::uuid is null or id = ${id}::uuid) returning id`

export const deleteEndedKeys = (sql: Sql, before: Date) => sql`
  delete from api_keys where revoked_at < ${before} or expires_at < ${before}`
