import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './departure-queries.ts'
import type { Tell } from './tell.ts'

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
   * Ends every membership of a user, within a transaction; gives what tells of it. RESOURCE_CONFLICT with `room_ids` while others remain in rooms that have no other owner.
   */
  async function leaveAll(tx: Sql, actor: Pick<Actor, 'id' | 'username' | 'ip' | 'request_id'>): Promise<() => void> {
    const locked = new Set(await queries.lockAll(tx, actor.id))
    const room_ids = await queries.soleOwnerOf(tx, actor.id, most_named)
    if (room_ids.length > 0)
      throw new AppError('RESOURCE_CONFLICT', { reason: 'give these rooms to somebody first', room_ids })
    await queries.lockUser(tx, actor.id)
    const rows = await queries.removeAll(tx, actor.id)
    // Somebody became a member of one more while the locks were being had.
    if (rows.some(({ id }) => !locked.has(id)))
      throw new AppError('RESOURCE_CONFLICT', { reason: 'the membership changed meanwhile; ask again' })
    await queries.revokeInvitesOf(tx, actor.id)
    const rooms = rows.filter(({ kind, deleted }) => kind !== 'dm' && !deleted)
    for (const { id } of rooms) {
      const target = { type: 'user', id: actor.id } as const
      await audit.record(tx, { actor, action: 'member.leave', outcome: 'success', target, conversation_id: id })
    }
    const peers = rows.flatMap(({ kind, peer }) => (kind === 'dm' && peer !== null && peer !== actor.id ? [peer] : []))
    return () => {
      for (const { id } of rooms) {
        tell.left(id, actor.id)
        tell.room(id, 'member_left', { room_id: id, user_id: actor.id, username: actor.username, reason: 'left' })
      }
      onGone(actor.id, peers)
    }
  }

  return { leaveAll }
}
