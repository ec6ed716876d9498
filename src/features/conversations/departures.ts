import type { Audit, AuditEntry } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './departure-queries.ts'
import type { Tell } from './tell.ts'

interface Leaving {
  id: number
  username: string
}

export interface DeparturesParts {
  audit: Audit<Sql>
  tell: Tell
  /** The user is gone; the other people of their DMs are named. */
  onGone(user_id: number, peers: number[]): void
}

/** Of how many rooms somebody is told at once that they must be given away first. */
const most_named = 100

/** What becomes of conversations when somebody leaves the server for good. */
export function createDepartures({ audit, tell, onGone }: DeparturesParts) {
  /**
   * Ends every membership of users who go together, within a transaction; gives what tells of it. RESOURCE_CONFLICT with `room_ids` while others remain in rooms that have
   * no other owner.
   */
  async function leaveAll(tx: Sql, actor: AuditEntry['actor'], leaving: readonly Leaving[]): Promise<() => void> {
    const names = new Map(leaving.map(({ id, username }) => [id, username]))
    const user_ids = [...names.keys()]
    const locked = new Set(await queries.lockAll(tx, user_ids))
    const room_ids = await queries.soleOwnersOf(tx, user_ids, most_named)
    if (room_ids.length > 0)
      throw new AppError('RESOURCE_CONFLICT', { reason: 'give these rooms to somebody first', room_ids })
    await queries.lockUsers(tx, user_ids)
    const rows = await queries.removeAll(tx, user_ids)
    // Somebody became a member of one more while the locks were being had.
    if (rows.some(({ id }) => !locked.has(id)))
      throw new AppError('RESOURCE_CONFLICT', { reason: 'the membership changed meanwhile; ask again' })
    await queries.revokeInvitesOf(tx, user_ids)
    const rooms = rows.filter(({ kind, deleted }) => kind !== 'dm' && !deleted)
    for (const { id, user_id } of rooms) {
      const target = { type: 'user', id: user_id } as const
      await audit.record(tx, { actor, action: 'member.leave', outcome: 'success', target, conversation_id: id })
    }
    const peersOf = (user_id: number) =>
      rows.flatMap(({ kind, peer, user_id: gone }) =>
        kind === 'dm' && gone === user_id && peer !== null && peer !== user_id ? [peer] : [],
      )
    return () => {
      for (const { id, user_id } of rooms) {
        tell.left(id, user_id)
        tell.room(id, 'member_left', { room_id: id, user_id, username: names.get(user_id), reason: 'left' })
      }
      for (const user_id of user_ids) onGone(user_id, peersOf(user_id))
    }
  }

  return { leaveAll }
}
