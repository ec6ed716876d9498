import { createSecret } from '../../src/platform/crypto/index.ts'
import type { TestServer } from '../services/server.ts'
import type { Cell, Person } from './cast.ts'
import { standings } from './columns.ts'

// What cells are about, written straight into the database: one or two statements each.

type Sql = TestServer['sql']

const idOf = ([row]: readonly { id: number }[]): number => {
  if (row === undefined) throw new Error('nothing was made')
  return row.id
}

interface RoomWishes {
  /** What `own` is there. */
  own?: 'owner' | 'member'
  /** A guest has not joined, and the room is public. */
  guest?: 'beside'
}

export interface MadeRoom {
  id: number
  owner: Person
}

/** A room of the holder's, or the asker's, with the bystander as a member; the asker is there what their column says. */
export async function room(sql: Sql, cell: Cell, { own = 'owner', guest }: RoomWishes = {}): Promise<MadeRoom> {
  const place = cell.as === 'guest' && guest !== undefined ? guest : standings[cell.as].place
  const here = place === 'own' ? own : place
  const owner = here === 'owner' ? cell.asker : cell.holder
  const joined = here === 'beside' || here === 'outside' ? [] : [{ id: cell.asker.id, role: here as string }]
  const members = [{ id: owner.id, role: 'owner' }, { id: cell.bystander.id, role: 'member' }, ...joined]
  const unique = [...new Map(members.map(({ id, role }) => [id, role]))]
  const made = await sql<{ id: number }[]>`
    with made as (
      insert into conversations (kind, slug, name, is_public, created_by, member_count)
      values ('room', ${`r-${crypto.randomUUID()}`}, 'Room', ${here === 'beside'}, ${owner.id}, ${unique.length}) returning id
    )
    insert into members (conversation_id, user_id, role)
    select made.id, m.user_id, m.role from made, unnest(${unique.map(([id]) => id)}::bigint[], ${unique.map(([, role]) => role)}::text[]) m (user_id, role)
    returning conversation_id as id`
  return { id: idOf(made), owner }
}

/** Whether the asker is one of the two people of a DM. */
const isParty = ({ as }: Cell): boolean => as === 'own' || as === 'guest' || as === 'member'

/** A DM of the asker and the holder, or of two others. */
export async function dm(sql: Sql, cell: Cell): Promise<number> {
  const other = isParty(cell) ? cell.asker : cell.bystander
  const [low = 0, high = 0] = [cell.holder.id, other.id].toSorted((a, b) => a - b)
  const made = await sql<{ id: number }[]>`
    with made as (
      insert into conversations (kind, dm_low, dm_high, created_by, member_count) values ('dm', ${low}, ${high}, ${low}, 2) returning id
    )
    insert into members (conversation_id, user_id) select id, unnest(${[low, high]}::bigint[]) from made returning conversation_id as id`
  return idOf(made)
}

/** The first message of a conversation. */
export async function message(sql: Sql, conversation_id: number, author: Person): Promise<number> {
  const made = await sql<{ id: number }[]>`
    with made as (
      insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
      values (${conversation_id}, ${author.id}, 1, 1, 1, ${crypto.randomUUID()}, 'tea is served', 'text', now(), now()) returning id
    )
    update conversations c set last_seq = 1, message_count = 1, last_message_id = made.id from made where c.id = ${conversation_id} returning made.id`
  return idOf(made)
}

/** A message in a room: the asker's own where the column says so, and a guest's from when they were more. */
export async function roomMessage(sql: Sql, cell: Cell, { guests = true } = {}): Promise<number> {
  const { id } = await room(sql, cell, { own: 'member' })
  const isOwn = cell.as === 'own' || (guests && cell.as === 'guest')
  return message(sql, id, isOwn ? cell.asker : cell.bystander)
}

/** A message in a DM; `member` is who did not write it. */
export async function dmMessage(sql: Sql, cell: Cell): Promise<number> {
  const id = await dm(sql, cell)
  return message(sql, id, cell.as === 'own' || cell.as === 'guest' ? cell.asker : cell.holder)
}

/** The code of an invite by the owner of a room. */
export async function invite(sql: Sql, { id, owner }: MadeRoom, { revoked = false } = {}): Promise<string> {
  const code = createSecret(16)
  await sql`
    insert into invites (code, conversation_id, created_by, role, revoked_at)
    values (${code}, ${id}, ${owner.id}, 'member', ${revoked ? new Date() : null})`
  return code
}

/** Whose something is that has one owner and no members: the asker's, or somebody else's. */
export const ownerOf = ({ as, asker, holder }: Cell): Person => (as === 'own' || as === 'guest' ? asker : holder)

/** The id of a bot. */
export async function bot(sql: Sql, owner: Person): Promise<number> {
  const username = `bot-${crypto.randomUUID().slice(0, 18)}`
  return idOf(
    await sql<
      { id: number }[]
    >`insert into users (username, is_bot, owner_id) values (${username}, true, ${owner.id}) returning id`,
  )
}
