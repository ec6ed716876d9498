import type { Sql } from '../../platform/db/index.ts'
import { columns, type ConversationRow } from './queries.ts'
import type { RoomChange, RoomDraft, RoomFilter } from './schema.ts'

/** The id of a new room; undefined when another one has the slug, also one that is made at this moment. */
export const insertRoom = async (
  sql: Sql,
  owner: number,
  draft: RoomDraft & { slug: string },
): Promise<number | undefined> => {
  const rows = await sql<{ id: number }[]>`
    insert into conversations (kind, slug, name, description, topic, is_public, created_by, max_members, slow_mode_seconds, message_retention_days, message_ttl_seconds)
    values (${draft.kind ?? 'room'}, ${draft.slug}, ${draft.name}, ${draft.description ?? null}, ${draft.topic ?? null}, ${draft.is_public}, ${owner},
      ${draft.max_members ?? null}, ${draft.slow_mode_seconds ?? 0}, ${draft.message_retention_days ?? null}, ${draft.message_ttl_seconds ?? null})
    on conflict (slug) where deleted_at is null do nothing returning id`
  return rows[0]?.id
}

/** At least one field. Under the lock the clock goes forward, so of two tellings of a room the one with the later `updated_at` is right. */
export const changeRoom = async (sql: Sql, room_id: number, change: RoomChange): Promise<void> => {
  await sql`update conversations set ${sql(change as Record<string, string | number | boolean | null>)}, updated_at = clock_timestamp() where id = ${room_id}`
}

export const archiveRoom = async (sql: Sql, room_id: number, archived: boolean): Promise<void> => {
  await sql`
    update conversations set archived_at = ${archived ? sql`clock_timestamp()` : null}, updated_at = clock_timestamp() where id = ${room_id}`
}

/** Nobody finds it any more; its slug is free. */
export const deleteRoom = async (sql: Sql, room_id: number): Promise<void> => {
  await sql`update conversations set deleted_at = clock_timestamp(), updated_at = clock_timestamp() where id = ${room_id}`
}

/** Rooms that the user may see: public ones and their own. Each filter narrows; `public` and `private` together are either. */
export const listRooms = (
  sql: Sql,
  user_id: number,
  { filters, search, limit, offset }: { filters: Set<RoomFilter>; search: string; limit: number; offset: number },
) => {
  const visibility =
    filters.has('public') === filters.has('private') ? sql`true` : sql`c.is_public = ${filters.has('public')}`
  return sql<(ConversationRow & { total: number })[]>`
    select ${columns(sql)}, count(*) over ()::integer as total
    from conversations c left join members m on m.conversation_id = c.id and m.user_id = ${user_id}
    where c.kind <> 'dm' and c.deleted_at is null and (c.is_public or m.role is not null) and ${visibility}
      and ${filters.has('joined') ? sql`m.role is not null` : sql`true`}
      and ${filters.has('owned') ? sql`m.role = 'owner'` : sql`true`}
      and ${search === '' ? sql`true` : sql`(c.name ilike ${pattern(search)} or c.slug ilike ${pattern(search)} or c.topic ilike ${pattern(search)})`}
    order by c.id limit ${limit} offset ${offset}`
}

const pattern = (search: string) => `%${search.replaceAll(/[\\%_]/g, (wild) => `\\${wild}`)}%`
