import type { Actor } from '../../kernel/actor.ts'
import { createCoalescer } from '../../kernel/coalesce.ts'
import { AppError } from '../../kernel/errors.ts'
import { requireScope } from '../../kernel/permissions.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Places, Reference } from '../../transport/ws/index.ts'
import { blocksBetween } from './dm-queries.ts'
import { decodeId, encodeId } from './id-cursor.ts'
import type { ConversationRow } from './queries.ts'
import * as queries from './read-queries.ts'
import type {
  MarkRead,
  Membership,
  ReadMarked,
  ReadReceipt,
  ReceiptPage,
  ReceiptQuery,
  UnreadQuery,
  UnreadSummary,
} from './read-schema.ts'
import type { Conversations } from './service.ts'
import type { Threads } from './threads.ts'
import { placeOfId, type Unread, unreadUpdated } from './unread.ts'

export interface ReadsOptions {
  sql: Sql
  bus: Bus
  unread: Unread
  threads: Pick<Threads, 'mark' | 'unread'>
  conversations: Pick<Conversations, 'member'>
  /** 0 means no limit. */
  limits: { receipt_max_members: number }
}

export type Reads = ReturnType<typeof createReads>

export interface Marked {
  marked: ReadMarked
  announce(): void
}

interface Receipt {
  conversation_id: number
  /** The two people of a DM; null for a room. */
  people: readonly number[] | null
  data: ReadReceipt
}

const interval_ms = 1_000
const max_keys = 100_000
/** Badges of so many conversations are told to one socket; beyond them only DMs are left, whose messages come anyway. */
const max_badges = 2_000

/** How far each member has read. The pointer only moves forward. */
export function createReads({ sql, bus, unread, threads, conversations, limits }: ReadsOptions) {
  const receipts = createCoalescer<string, Receipt>({
    interval_ms,
    max_keys,
    // Of two connections that mark at once, the earlier may be the later to hear of it.
    merge: (before, next) => (next.data.message_id > before.data.message_id ? next : before),
    emit: (_, { conversation_id, people, data }) => {
      const frame = JSON.stringify({ type: 'read_receipt', data })
      if (people === null) bus.publish([`c:${conversation_id}`], { v: 1, kind: 'room', conversation_id, frame })
      else for (const user_id of new Set(people)) bus.publish([`u:${user_id}`], { v: 1, kind: 'user', user_id, frame })
    },
  })

  /**
   * Moves the actor's pointer to a message; `announce` lets others hear of it. ROOM_NOT_FOUND, CONVERSATION_NOT_FOUND, PERMISSION_DENIED as everywhere;
   * MESSAGE_NOT_FOUND for a message that was never there. With `parent_id` it is the pointer in that thread.
   */
  async function markRead(actor: Actor, { message_id, parent_id, ...reference }: MarkRead): Promise<Marked> {
    requireScope(actor, 'read_messages')
    const conversation = await conversations.member(actor, reference)
    if (parent_id !== undefined) return threads.mark(actor, conversation, parent_id, message_id)
    const { id } = conversation
    await unread.settle(actor.id)
    const row = await queries.markRead(sql, id, actor.id, message_id)
    if (row === undefined) throw new AppError('MESSAGE_NOT_FOUND', { message_id })
    const { last_read_number, mention_count } = row
    const place = placeOfId(id, row.kind === 'dm')
    const unread_count = Math.max(0, row.message_count - last_read_number)
    const announce = () => {
      if (!row.moved) return
      tellOwn(actor, { ...place, message_number: row.message_count, last_read_number, unread_count, mention_count })
      tellOthers(actor, id, row, message_id)
    }
    return { marked: { ...place, message_id, last_read_number, unread_count, mention_count }, announce }
  }

  function tellOwn({ id }: Actor, data: Parameters<typeof unreadUpdated>[0]): void {
    bus.publish([`u:${id}`], { v: 1, kind: 'user', user_id: id, frame: unreadUpdated(data) })
  }

  const isLarge = (member_count: number) => limits.receipt_max_members > 0 && member_count > limits.receipt_max_members

  /** In a blocked DM neither learns any more when the other reads. */
  function tellOthers(actor: Actor, conversation_id: number, row: queries.ReadRow, message_id: number): void {
    const { dm_low, dm_high } = row
    const people = dm_low === null || dm_high === null ? null : [dm_low, dm_high]
    if (people === null ? isLarge(row.member_count) : row.blocked) return
    const place = placeOfId(conversation_id, people !== null)
    const data = {
      ...place,
      user_id: actor.id,
      username: actor.username,
      message_id,
      read_at: new Date().toISOString(),
    }
    receipts.put(`${actor.id}:${conversation_id}`, { conversation_id, people, data })
  }

  /**
   * How far the other members have read, where they would be told of it. ROOM_NOT_FOUND, CONVERSATION_NOT_FOUND, PERMISSION_DENIED as everywhere; VALIDATION_FAILED
   * for a strange cursor.
   */
  async function listReceipts(
    actor: Actor,
    reference: Reference,
    { limit = 50, cursor }: ReceiptQuery,
  ): Promise<ReceiptPage> {
    const conversation = await conversations.member(actor, reference)
    const after = cursor === undefined ? 0 : decodeId(cursor)
    const { id, kind } = conversation
    const rows = (await isSilent(conversation)) ? [] : await queries.pointersAfter(sql, id, after, limit + 1)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      ...placeOfId(id, kind === 'dm'),
      receipts: page.flatMap(({ user_id, username, message_id }) =>
        user_id === actor.id || message_id === null ? [] : [{ user_id, username, message_id }],
      ),
      next_cursor: rows.length > limit && last !== undefined ? encodeId(last.user_id) : null,
    }
  }

  async function isSilent({ dm_low, dm_high, member_count }: ConversationRow): Promise<boolean> {
    if (dm_low === null || dm_high === null) return isLarge(member_count)
    const blocks = await blocksBetween(sql, dm_low, dm_high)
    return blocks.by_one || blocks.by_other
  }

  async function memberships(actor: Actor): Promise<Membership[]> {
    await unread.settle(actor.id)
    return (await queries.memberships(sql, actor.id)).map((row) => ({
      ...placeOfId(row.id, row.kind === 'dm'),
      name: row.name ?? '',
      ...(row.slug !== null && { slug: row.slug, is_public: row.is_public }),
      seq: row.last_seq,
      message_number: row.message_count,
      last_read_number: row.last_read_number,
      unread_count: Math.max(0, row.message_count - row.last_read_number),
      mention_count: row.mention_count,
      notification_level: row.notification_level,
      joined_at: row.joined_at.toISOString(),
    }))
  }

  /** What the actor has not read, in all conversations together and in each that has something. VALIDATION_FAILED for a strange cursor. */
  async function unreadOf(actor: Actor, { limit = 50, cursor }: UnreadQuery): Promise<UnreadSummary> {
    const after = cursor === undefined ? 0 : decodeId(cursor)
    const found = (await memberships(actor)).filter(({ unread_count }) => unread_count > 0)
    const sum = (count: (each: Membership) => number) => found.reduce((total, each) => total + count(each), 0)
    const rest = found.filter((each) => idOf(each) > after)
    const page = rest.slice(0, limit)
    const last = page.at(-1)
    return {
      total_unread: sum(({ unread_count }) => unread_count),
      total_mentions: sum(({ mention_count }) => mention_count),
      conversations: page,
      threads: await threads.unread(actor.id),
      next_cursor: rest.length > limit && last !== undefined ? encodeId(idOf(last)) : null,
    }
  }

  const places: Pick<Places, 'memberships' | 'ids'> = {
    memberships,
    ids: async (user_ids) => {
      const rows = await queries.conversationsOf(sql, user_ids, max_badges)
      return new Map(rows.map(({ user_id, ids }) => [user_id, ids]))
    },
  }

  return { markRead, listReceipts, unreadOf, places, flush: receipts.flush }
}

const idOf = ({ room_id, conversation_id = 0 }: Membership): number => room_id ?? conversation_id
