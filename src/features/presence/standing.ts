import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { may } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Reference, Session } from '../../transport/ws/index.ts'
import type { Conversations } from '../conversations/index.ts'
import * as queries from './queries.ts'
import type { StandingRow } from './queries.ts'

const fresh_ms = 5000
/** Longer than anybody is known to type without a word. */
const change_memory_ms = 10_000
const max_kept = 10_000

/**
 * Whether somebody may write where they say that they type: asked of the database once in some seconds, and again at once when it is heard that it has changed. Of a
 * change that the bus loses is heard so late, too.
 */
export function createStandings({ sql, conversations }: { sql: Sql; conversations: Pick<Conversations, 'member'> }) {
  const kept = new Map<string, { row: StandingRow; at: number }>()
  /** When it last changed in a conversation, for one user or for all, the latest last. */
  const changes = new Map<string, number>()
  /** Of changes before this nothing is known. */
  let forgotten = 0

  /** Whether what was asked at `at`, a time of `performance.now()` some seconds ago at most, may be otherwise by now. */
  const changedSince = (user_id: number, conversation_id: number, at: number): boolean =>
    at <= Math.max(forgotten, changes.get(`${conversation_id}`) ?? 0, changes.get(`${conversation_id} ${user_id}`) ?? 0)

  /** To be called once the change is committed; without a user it is of everybody there. */
  function changed(conversation_id: number, user_id: number | null): void {
    const now = performance.now()
    const key = user_id === null ? `${conversation_id}` : `${conversation_id} ${user_id}`
    changes.delete(key)
    changes.set(key, now)
    for (const [oldest, at] of changes) {
      if (changes.size <= max_kept && now - at < change_memory_ms) break
      if (now - at < change_memory_ms) forgotten = at
      changes.delete(oldest)
    }
  }

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
    if (known !== undefined && now - known.at < fresh_ms && !changedSince(actor.id, known.row.id, known.at))
      return known.row
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
    if (!may(actor, permission)) throw new AppError('PERMISSION_DENIED', { permission })
    const row = await member(actor, session, reference)
    if (row.is_archived) throw new AppError('PERMISSION_DENIED', { reason: 'archived' })
    if (row.is_muted) throw new AppError('USER_MUTED', undefined, row.mute_seconds)
    if (row.is_blocked) throw new AppError('CONVERSATION_BLOCKED')
    return row
  }

  return {
    member,
    writer,
    changed,
    changedSince,
  }
}
