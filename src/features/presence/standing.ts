import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { may } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Reference, Session } from '../../transport/ws/index.ts'
import type { Conversations } from '../conversations/index.ts'
import * as queries from './queries.ts'
import type { StandingRow } from './queries.ts'

const fresh_ms = 5000
const max_kept = 10_000

/** Whether somebody may write where they say that they type: asked of the database once in some seconds, and what is a little old does no harm here. */
export function createStandings({ sql, conversations }: { sql: Sql; conversations: Pick<Conversations, 'member'> }) {
  const kept = new Map<string, { row: StandingRow; at: number }>()

  const keyOf = (actor: Actor, { room_id, conversation_id }: Reference) =>
    conversation_id === undefined ? `${actor.id} room ${room_id}` : `${actor.id} dm ${conversation_id}`

  async function read(actor: Actor, session: Session, reference: Reference): Promise<StandingRow> {
    const id = reference.conversation_id ?? reference.room_id
    const isDm = reference.conversation_id !== undefined
    if (typeof id === 'number' && session.joined?.has(id)) {
      const row = await queries.standing(sql, actor.id, id)
      if (row?.is_dm === isDm) return row
    }
    const { id: found } = await conversations.member(actor, reference)
    const row = await queries.standing(sql, actor.id, found)
    if (row === undefined) throw new AppError(isDm ? 'CONVERSATION_NOT_FOUND' : 'ROOM_NOT_FOUND')
    return row
  }

  /** ROOM_NOT_FOUND, CONVERSATION_NOT_FOUND, or PERMISSION_DENIED for a public room not joined. */
  async function member(actor: Actor, session: Session, reference: Reference): Promise<StandingRow> {
    if ((reference.room_id === undefined) === (reference.conversation_id === undefined))
      throw new AppError('VALIDATION_FAILED', [
        { field: 'room_id', reason: 'give room_id or conversation_id, and only one of them' },
      ])
    const key = keyOf(actor, reference)
    const now = performance.now()
    const known = kept.get(key)
    if (known !== undefined && now - known.at < fresh_ms) return known.row
    const row = await read(actor, session, reference)
    kept.delete(key)
    kept.set(key, { row, at: now })
    for (const [oldest, { at }] of kept) {
      if (kept.size <= max_kept && now - at < fresh_ms) break
      kept.delete(oldest)
    }
    return row
  }

  /** Besides what `member` throws: PERMISSION_DENIED, USER_MUTED, CONVERSATION_BLOCKED. */
  async function writer(actor: Actor, session: Session, reference: Reference): Promise<StandingRow> {
    const permission = reference.conversation_id === undefined ? 'send_messages' : 'send_dm'
    if (!may(actor.role, permission)) throw new AppError('PERMISSION_DENIED', { permission })
    const row = await member(actor, session, reference)
    if (row.is_archived) throw new AppError('PERMISSION_DENIED', { reason: 'archived' })
    if (row.is_muted) throw new AppError('USER_MUTED', undefined, row.mute_seconds)
    if (row.is_blocked) throw new AppError('CONVERSATION_BLOCKED')
    return row
  }

  return {
    member,
    writer,
    /** A membership may have ended. */
    forget: (actor: Actor, conversation_id: number) => {
      const keys = [`${actor.id} room ${conversation_id}`, `${actor.id} dm ${conversation_id}`]
      for (const key of keys) kept.delete(key)
    },
  }
}
