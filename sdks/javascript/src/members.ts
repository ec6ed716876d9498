import type { Member, Ref } from './api.ts'
import type { Connection } from './connection-types.ts'
import type { GetMembersData, ReplyOf } from './protocol.gen.ts'

/** All members of a conversation, page by page. */
export async function membersOf(connection: Connection, ref: Ref): Promise<readonly Member[]> {
  const all: Member[] = []
  let cursor: string | null = null
  do {
    const asked = { ...ref, limit: 100, cursor: cursor ?? undefined } as GetMembersData
    const page: ReplyOf<'get_members'> = await connection.command('get_members', asked)
    all.push(...page.members)
    cursor = page.next_cursor
  } while (cursor !== null)
  return all
}
