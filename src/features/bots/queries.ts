import type { Role } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'

export interface BotRow {
  id: number
  username: string
  display_name: string | null
  role: Role
  owner_id: number | null
  created_at: Date
}

const columns = (sql: Sql) => sql`u.id, u.username, u.display_name, u.role, u.owner_id, u.created_at`

/** Locks who is to own a bot, so that bots are counted right. */
export const lockOwner = (sql: Sql, id: number) => sql<{ is_bot: boolean }[]>`
  select is_bot from users where id = ${id} and status <> 'deleted' for no key update`

export const countBots = (sql: Sql, owner_id: number) => sql<{ count: number }[]>`
  select count(*)::integer as count from users where owner_id = ${owner_id} and status <> 'deleted'`

export const insertBot = (sql: Sql, bot: { username: string; display_name: string | null; owner_id: number }) => sql<
  BotRow[]
>`
  insert into users as u (username, display_name, is_bot, owner_id)
  values (${bot.username}, ${bot.display_name}, true, ${bot.owner_id}) returning ${columns(sql)}`

/** Null for `owner_id`: everybody's. */
export const botsAfter = (sql: Sql, owner_id: number | null, after: number, limit: number) => sql<BotRow[]>`
  select ${columns(sql)} from users u
  where u.is_bot and u.status <> 'deleted' and u.id > ${after} and ${owner_id === null ? sql`true` : sql`u.owner_id = ${owner_id}`}
  order by u.id limit ${limit}`

export const findBot = (sql: Sql, id: number) => sql<BotRow[]>`
  select ${columns(sql)} from users u where u.id = ${id} and u.is_bot and u.status <> 'deleted'`

export const lockBot = (sql: Sql, id: number) => sql<BotRow[]>`
  select ${columns(sql)} from users u where u.id = ${id} and u.is_bot and u.status <> 'deleted' for no key update`

export const updateBot = (
  sql: Sql,
  id: number,
  bot: { username: string; display_name: string | null; now: Date },
) => sql<BotRow[]>`
  update users u set username = ${bot.username}, display_name = ${bot.display_name}, updated_at = ${bot.now}
  where u.id = ${id} returning ${columns(sql)}`

export const deleteBot = (sql: Sql, id: number, now: Date) => sql`
  update users set status = 'deleted', updated_at = ${now} where id = ${id}`
