import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { only } from '../../kernel/only.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Conversations } from '../conversations/index.ts'
import { toMessage } from './message.ts'
import * as queries from './queries.ts'
import type { PageQuery } from './schema.ts'

/** A page of some of the messages. */
export interface Wanted extends PageQuery {
  pinned_only?: boolean
}

/** Reading what was said. */
export function createHistory({ sql, conversations }: { sql: Sql; conversations: Conversations }) {
  /**
   * One page, oldest first. MESSAGE_NOT_FOUND when `before_id`, `after_id` or `parent_id` was never in this conversation, or expired there long ago;
   * VALIDATION_FAILED for the replies to a message without replies.
   */
  async function history(actor: Actor, wanted: Wanted) {
    const {
      limit = 50,
      before_id,
      after_id,
      parent_id,
      include_threads = true,
      pinned_only = false,
      ...reference
    } = wanted
    if (parent_id !== undefined && !include_threads)
      throw new AppError('VALIDATION_FAILED', [{ field: 'include_threads', reason: 'does not go with parent_id' }])
    const conversation = await conversations.member(actor, reference)
    const named = [before_id, after_id, parent_id].filter((id) => id !== undefined)
    const numbers =
      named.length === 0 ? new Map<number, number>() : await queries.numbersOf(sql, conversation.id, named)
    const numberOf = (id: number | undefined) => {
      const number = id === undefined ? undefined : numbers.get(id)
      if (number === undefined && id !== undefined) throw new AppError('MESSAGE_NOT_FOUND', { message_id: id })
      return number
    }
    const [before, after] = [numberOf(before_id), numberOf(after_id)]
    const orphans =
      parent_id !== undefined && !numbers.has(parent_id) && (await queries.hasReplies(sql, conversation.id, parent_id))
    if (!orphans) numberOf(parent_id)
    // The head is read first: what the page shows beyond it comes again as a change, and nothing is missed.
    const kept = { parent_id, without_replies: !include_threads, pinned_only }
    const { total, seq } = await queries.count(sql, conversation.id, kept)
    const rows = await queries.page(sql, conversation.id, { limit: limit + 1, before, after, ...kept })
    const has_more = rows.length > limit
    const page = !has_more ? rows : after_id === undefined ? rows.slice(1) : rows.slice(0, limit)
    const place = conversation.kind === 'dm' ? { conversation_id: conversation.id } : { room_id: conversation.id }
    return { ...place, messages: page.map(toMessage), has_more, total_count: total, seq }
  }

  /** The caller's DMs with the last message of each. `isOnline` is asked per person. */
  async function listDms(
    actor: Actor,
    { limit, cursor }: { limit?: number; cursor?: string },
    isOnline: (user_id: number) => boolean,
  ) {
    const { page, next_cursor } = await conversations.dms(actor, limit, cursor)
    return { conversations: await summaries(page, isOnline), next_cursor }
  }

  /** One of the caller's DMs, as `listDms` has it. CONVERSATION_NOT_FOUND. */
  async function dm(actor: Actor, conversation_id: number, isOnline: (user_id: number) => boolean) {
    return only(await summaries([await conversations.dm(actor, conversation_id)], isOnline))
  }

  async function summaries(
    dms: Awaited<ReturnType<Conversations['dms']>>['page'],
    isOnline: (user_id: number) => boolean,
  ) {
    const ids = dms.flatMap((dm) => dm.last_message_id ?? [])
    const last = new Map((ids.length === 0 ? [] : await queries.byIds(sql, ids)).map((row) => [row.id, toMessage(row)]))
    return dms.map((dm) => ({
      conversation_id: dm.conversation_id,
      other_user: {
        user_id: dm.other_id,
        username: dm.other_username,
        is_online: !dm.is_hidden && isOnline(dm.other_id),
        last_seen: (!dm.is_hidden && dm.other_last_seen_at?.toISOString()) || null,
      },
      last_message: last.get(dm.last_message_id ?? 0) ?? null,
      unread_count: dm.unread_count,
      is_blocked: dm.is_blocked,
    }))
  }

  return { history, listDms, dm }
}
