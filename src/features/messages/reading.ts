import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { only } from '../../kernel/only.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Reference } from '../../transport/ws/index.ts'
import type { Conversations } from '../conversations/index.ts'
import { requireVisible } from './changes.ts'
import type { createHistory } from './history.ts'
import type { createLogReader } from './log-reader.ts'
import { toMessage } from './message.ts'
import { count } from './queries.ts'
import * as queries from './reading-queries.ts'
import type { EditQuery, MessageQuery, ThreadQuery } from './reading-schema.ts'
import type { Message } from './schema.ts'

export interface ReadingParts {
  sql: Sql
  conversations: Pick<Conversations, 'member'>
  reader: Pick<ReturnType<typeof createLogReader>, 'changesOf'>
  history: ReturnType<typeof createHistory>['history']
}

/** Reading by those who are not connected: pages, what changed since, and single messages with what belongs to them. */
export function createReading({ sql, conversations, reader, history }: ReadingParts) {
  /**
   * A page of a conversation, oldest first; with `since_seq` what changed since, by change_seq, or with `reset` the newest page instead. ROOM_NOT_FOUND,
   * CONVERSATION_NOT_FOUND, PERMISSION_DENIED, MESSAGE_NOT_FOUND as `history`, VALIDATION_FAILED for questions that do not go together.
   */
  async function timeline(actor: Actor, reference: Reference, question: MessageQuery) {
    requireOneQuestion(question)
    const { since_seq, ...wanted } = question
    if (since_seq === undefined) return history(actor, { ...reference, ...wanted })
    const { id, kind } = await conversations.member(actor, reference)
    const changes = only(await reader.changesOf([{ conversation_id: id, since: since_seq }], wanted.limit))
    const { seq, reset } = changes
    const messages = (reset && wanted.limit !== undefined ? changes.messages.slice(-wanted.limit) : changes.messages) as Message[] // prettier-ignore
    const { total } = await count(sql, id, { parent_id: undefined, without_replies: false, pinned_only: false })
    const has_more = reset && (messages[0]?.number ?? 1) > 1
    return { ...placeOf(kind, id), messages, has_more, total_count: total, seq, reset }
  }

  /** A message as it is now. MESSAGE_NOT_FOUND, PERMISSION_DENIED. */
  const message = async (actor: Actor, message_id: number) => toMessage(await seen(actor, message_id))

  /** A page of the replies to a message, oldest first, with the message. As `message`, and as `history`. */
  async function thread(actor: Actor, message_id: number, wanted: ThreadQuery) {
    requireOneQuestion(wanted)
    const row = await seen(actor, message_id)
    const reference =
      row.room_name === null ? { conversation_id: row.conversation_id } : { room_id: row.conversation_id }
    const page = await history(actor, { ...reference, ...wanted, parent_id: message_id })
    return { parent: toMessage(row), ...page }
  }

  /** What a message said before each edit, the latest edit first. As `message`; VALIDATION_FAILED for the cursor. */
  async function edits(actor: Actor, message_id: number, { limit = 50, cursor }: EditQuery) {
    const below = cursor === undefined ? highest : decodeCursor(cursor, message_id)
    const { conversation_id, room_name } = await seen(actor, message_id)
    const rows = await queries.editsBelow(sql, message_id, below, limit + 1)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      ...placeOf(room_name === null ? 'dm' : 'room', conversation_id),
      message_id,
      edits: page.map((row) => ({ ...row, edited_at: row.edited_at.toISOString() })),
      next_cursor: rows.length > limit && last !== undefined ? encodeCursor(message_id, last.edit_number) : null,
    }
  }

  async function seen(actor: Actor, message_id: number): Promise<queries.SeenRow> {
    const row = await queries.messageSeenBy(sql, actor.id, message_id)
    requireVisible(row, message_id)
    return row
  }

  return { timeline, message, thread, edits }
}

const placeOf = (kind: string, id: number) => (kind === 'dm' ? { conversation_id: id } : { room_id: id })

/** VALIDATION_FAILED for what cannot be asked at once. */
function requireOneQuestion(wanted: MessageQuery): void {
  const { before_id, after_id, since_seq, parent_id, include_threads, pinned_only } = wanted
  const starts = Object.entries({ before_id, after_id, since_seq }).filter(([, from]) => from !== undefined)
  if (starts.length > 1)
    throw new AppError(
      'VALIDATION_FAILED',
      starts.map(([field]) => ({ field, reason: 'give only one of before_id, after_id and since_seq' })),
    )
  if (since_seq === undefined) return
  const chosen = { parent_id: parent_id !== undefined, include_threads: include_threads === false, pinned_only }
  const fields = Object.entries(chosen).filter(([, is]) => is === true)
  if (fields.length === 0) return
  throw new AppError(
    'VALIDATION_FAILED',
    fields.map(([field]) => ({ field, reason: 'does not go with since_seq, which tells of every message' })),
  )
}

/** More edits than a message can have. */
const highest = 2 ** 31 - 1

const encodeCursor = (message_id: number, edit_number: number): string =>
  Buffer.from(`${message_id}.${edit_number}`).toString('base64url')

function decodeCursor(cursor: string, message_id: number): number {
  const [, message, edit] = /^(\d{1,16})\.(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (Number(message) !== message_id || edit === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return Number(edit)
}
