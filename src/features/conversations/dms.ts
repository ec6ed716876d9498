import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { may } from '../../kernel/permissions.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import * as queries from './queries.ts'
import type { CreateDm } from './schema.ts'

/** DMs as conversations: the pair, not who began, identifies one. */
export function createDms(sql: Sql) {
  /** The same pair always gives the same conversation. USER_NOT_FOUND, PERMISSION_DENIED when the caller is not one of the two. */
  async function createDm(actor: Actor, wanted: CreateDm) {
    if (!may(actor.role, 'send_dm')) throw new AppError('PERMISSION_DENIED', { permission: 'send_dm' })
    const other = otherOf(actor, wanted)
    if ((await queries.activeUser(sql, other)) === undefined) throw new AppError('USER_NOT_FOUND', { user_id: other })
    const [user1_id, user2_id] = actor.id < other ? [actor.id, other] : [other, actor.id]
    const { id, created_at } = await transact(sql, (tx) => queries.openDm(tx, user1_id, user2_id, actor.id))
    const is_blocked = await queries.areBlocked(sql, user1_id, user2_id)
    return { conversation_id: id, user1_id, user2_id, is_blocked, created_at: created_at.toISOString() }
  }

  /** The caller's DMs, the one with the newest message first; without their last messages, which the messages feature adds. */
  async function dms(actor: Actor, limit = 50, cursor?: string) {
    const rows = await queries.listDms(
      sql,
      actor.id,
      limit + 1,
      cursor === undefined ? undefined : decodeCursor(cursor),
    )
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next_cursor = rows.length > limit && last !== undefined ? encodeCursor(last) : null
    return { page, next_cursor }
  }

  return { createDm, dms }
}

function otherOf(actor: Actor, { user_id, user1_id, user2_id }: CreateDm): number {
  if (user_id !== undefined && user1_id === undefined && user2_id === undefined) return user_id
  if (user_id !== undefined || user1_id === undefined || user2_id === undefined) {
    throw new AppError('VALIDATION_FAILED', [{ field: 'user_id', reason: 'give user_id, or user1_id and user2_id' }])
  }
  if (user1_id === actor.id) return user2_id
  if (user2_id === actor.id) return user1_id
  throw new AppError('PERMISSION_DENIED', { reason: 'one of the two must be you' })
}

const encodeCursor = ({ last_message_id, conversation_id }: queries.DmRow) =>
  Buffer.from(`${last_message_id ?? 0}.${conversation_id}`).toString('base64url')

function decodeCursor(cursor: string) {
  const [, message, conversation] = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (message === undefined || conversation === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return { message: Number(message), conversation: Number(conversation) }
}
