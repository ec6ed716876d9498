import type { Sql } from '../../platform/db/index.ts'
import type { UserRow } from './queries.ts'

/** Behind every text that begins like another, in the order of bytes. */
const last = '\u{10ffff}'

/** Where a page goes on: after the last of the page before. List 0 are those found by their username, list 1 those found by their display name alone. */
export interface FoundPosition {
  list: 0 | 1
  name: string
  id: number
}

export type FoundRow = Pick<UserRow, 'id' | 'username' | 'display_name' | 'role' | 'is_bot' | 'created_at'> &
  FoundPosition

/** A beginning as it is compared with names. */
export const folded = async (sql: Sql, text: string): Promise<string> => {
  const [row] = await sql<{ name: string }[]>`select fold_name(${text}::text) as name`
  return row?.name ?? ''
}

/** Names that begin with `prefix`, which is folded; a range of an index, in its order. */
export const beginsWith = (sql: Sql, column: 'username' | 'display_name', prefix: string) => sql`(
  fold_name(u.${sql(column)}) collate "C" >= ${prefix} and fold_name(u.${sql(column)}) collate "C" < ${prefix + last})`

/** Users by the beginning of a name. Those who have blocked the one who asks are not found. */
export const search = (
  sql: Sql,
  asker: number,
  { prefix, after, limit }: { prefix: string; after: FoundPosition; limit: number },
) => {
  const shown = sql`u.id, u.username, u.display_name, u.role, u.is_bot, u.created_at`
  const visible = sql`u.status <> 'deleted' and not exists (select from blocks b where b.user_id = u.id and b.blocked_user_id = ${asker})`
  return sql<FoundRow[]>`
    select * from (
      (select 0 as list, fold_name(u.username) collate "C" as name, ${shown} from users u
        where ${visible} and ${beginsWith(sql, 'username', prefix)} and ${after.list === 0}
          and (fold_name(u.username) collate "C", u.id) > (${after.name}, ${after.id}::bigint)
        order by fold_name(u.username) collate "C", u.id limit ${limit})
      union all
      (select 1 as list, fold_name(u.display_name) collate "C" as name, ${shown} from users u
        where ${visible} and u.display_name is not null and ${beginsWith(sql, 'display_name', prefix)}
          and not ${beginsWith(sql, 'username', prefix)}
          and (${after.list === 0} or (fold_name(u.display_name) collate "C", u.id) > (${after.name}, ${after.id}::bigint))
        order by fold_name(u.display_name) collate "C", u.id limit ${limit})
    ) found order by list, name, id limit ${limit}`
}
