import { createHash } from 'node:crypto'
import { systemClock } from '../../src/kernel/clock.ts'
import type { Sql } from '../../src/platform/db/index.ts'
import { createTokens } from '../../src/transport/http/tokens.ts'
import { createDatabase } from '../services/postgres.ts'
import { parentOf } from './proc.ts'

/** Ids of the first user and the first room; the others follow. */
export const first_user = 1001
export const first_room = 1001
export const secret = createHash('sha256').update('veza-chat benchmark').digest('base64url')

export interface World {
  sql: Sql
  url: string
  /** The postmaster; its backends are its children. */
  postgres_pid: number
  drop(): Promise<void>
}

/**
 * A database with users who each have a session and `rooms_each` memberships, spread evenly over the rooms. Written by SQL: ten thousand registrations
 * would measure argon2. The table `bare_messages` has the columns and indexes of `messages`.
 */
export async function createWorld(size: { users: number; rooms: number; rooms_each: number }): Promise<World> {
  const { sql, url, drop } = await createDatabase({ max: 2 })
  const { users, rooms, rooms_each } = size
  const stride = Math.max(1, Math.floor(rooms / rooms_each))
  await sql`insert into users (id, username) select ${first_user} + n, 'bench_' || n from generate_series(0, ${users - 1}::integer) n`
  await sql`
    insert into sessions (id, user_id, expires_at)
    select ('00000000-0000-4000-8000-' || lpad(to_hex(id), 12, '0'))::uuid, id, now() + interval '1 day' from users where id >= ${first_user}`
  await sql`
    insert into conversations (id, kind, slug, name, is_public)
    select ${first_room} + n, 'room', 'bench-' || n, 'Bench ' || n, true from generate_series(0, ${rooms - 1}::integer) n`
  await sql`
    insert into members (conversation_id, user_id)
    select distinct ${first_room} + (n + turn * ${stride}::integer) % ${rooms}::integer, ${first_user} + n
    from generate_series(0, ${users - 1}::integer) n, generate_series(0, ${rooms_each - 1}::integer) turn`
  await sql`update conversations c set member_count = (select count(*) from members m where m.conversation_id = c.id) where id >= ${first_room}`
  await sql`create table bare_messages (like messages including all)`
  await sql`vacuum analyze users, sessions, conversations, members`
  const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
  return { sql, url, postgres_pid: parentOf(backend!.pid), drop }
}

/** Signs access tokens of the world's users, as the server would. */
export function createSigner(): (user_id: number) => Promise<string> {
  const tokens = createTokens({ secret, issuer: 'veza-chat', audience: 'veza-chat', clock: systemClock })
  const ends = new Date(Date.now() + 86_400_000)
  return (user_id) => {
    const sid = `00000000-0000-4000-8000-${user_id.toString(16).padStart(12, '0')}`
    return tokens.sign({ sub: String(user_id), sid, role: 'user', username: `bench_${user_id - first_user}` }, ends)
  }
}
