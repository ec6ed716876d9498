import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { type Bearer, mayIn, type RoomPermission } from '../../kernel/permissions.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import type { Reference } from '../../transport/ws/index.ts'
import * as queries from './queries.ts'
import type { ConversationRow } from './queries.ts'
import { named } from './reference.ts'

export type Access = ReturnType<typeof createAccess>

/** Who may see what. What an actor may not see does not exist: ROOM_NOT_FOUND or CONVERSATION_NOT_FOUND. */
export function createAccess(sql: Sql) {
  /** A conversation the actor is a member of, or a public room. */
  async function visible(actor: Actor, reference: Reference): Promise<ConversationRow> {
    const { ref, dm, missing } = named(reference)
    const row = await queries.find(sql, actor.id, ref)
    if (row === undefined || (row.kind === 'dm') !== dm || (row.role === null && !row.is_public))
      throw new AppError(missing)
    return row
  }

  /** A conversation the actor is a member of. PERMISSION_DENIED for a public room not joined. */
  async function member(actor: Actor, reference: Reference): Promise<ConversationRow> {
    const row = await visible(actor, reference)
    if (row.role === null) throw new AppError('PERMISSION_DENIED', { reason: 'join the room first' })
    return row
  }

  /** Runs a change in one transaction under the conversation's row lock, with the conversation as the actor sees it from then on. */
  const locked = <T>(id: number, actor: Actor, change: (tx: Sql, row: ConversationRow) => Promise<T>): Promise<T> =>
    transact(sql, async (tx) => {
      const row = (await queries.lock(tx, id)) ? await queries.find(tx, actor.id, id) : undefined
      if (row === undefined) throw new AppError('ROOM_NOT_FOUND')
      return change(tx, row)
    })

  /** As `locked`, for a room that the actor still sees once the lock is had. */
  async function lockedRoom<T>(
    actor: Actor,
    ref: number | string,
    change: (tx: Sql, room: ConversationRow) => Promise<T>,
  ): Promise<T> {
    const { id } = await visible(actor, { room_id: ref })
    return locked(id, actor, (tx, room) => {
      if (room.role === null && !room.is_public) throw new AppError('ROOM_NOT_FOUND')
      return change(tx, room)
    })
  }

  return { visible, member, locked, lockedRoom }
}

/** Whether the actor may do it in a room they see. A role on the server counts there without joining. */
export const mayInRoom = (actor: Bearer, { kind, role }: ConversationRow, permission: RoomPermission): boolean =>
  mayIn(actor, { kind, role: role ?? 'member' }, permission)

/** PERMISSION_DENIED */
export function requireInRoom(actor: Actor, room: ConversationRow, permission: RoomPermission): void {
  if (mayInRoom(actor, room, permission)) return
  throw new AppError('PERMISSION_DENIED', room.role === null ? { reason: 'join the room first' } : { permission })
}
