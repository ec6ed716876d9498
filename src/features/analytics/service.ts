import type { Actor } from '../../kernel/actor.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { mayIn } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Conversations } from '../conversations/index.ts'
import * as queries from './queries.ts'
import type { GetRoomStats, RoomStats, RoomStatsOver, StatsQuery } from './schema.ts'
import { edges, spanOf } from './series.ts'

export interface AnalyticsOptions {
  sql: Sql
  conversations: Pick<Conversations, 'member'>
  clock: Clock
}

export type Analytics = ReturnType<typeof createAnalytics>

const day_ms = 86_400_000
const most_threads = 1_000
const sample = 5_000
const most_watched = 10_000
const top = 10

/** What conversations are like, in numbers. */
export function createAnalytics({ sql, conversations, clock }: AnalyticsOptions) {
  /** Figures of one conversation, as of now. ROOM_NOT_FOUND, CONVERSATION_NOT_FOUND, PERMISSION_DENIED. */
  async function roomStats(
    actor: Actor,
    reference: GetRoomStats,
    isOnline: (user_id: number) => boolean,
  ): Promise<RoomStats> {
    const place = await conversations.member(actor, reference)
    if (!mayIn(actor, place, 'view_stats')) throw new AppError('PERMISSION_DENIED', { permission: 'view_stats' })
    const now = clock.now()
    const ago = (days: number) => new Date(now.getTime() - days * day_ms)
    const totals = await queries.totals(sql, place.id, { day: ago(1), week: ago(7), most_threads })
    const authors = await queries.authors(sql, place.id, totals.before_week + 1, sample)
    const watched = await queries.watched(sql, place.id, actor.id, most_watched)
    return {
      ...(place.kind === 'dm' ? { conversation_id: place.id } : { room_id: place.id }),
      member_count: place.member_count,
      online_count: watched.filter(isOnline).length,
      message_count: totals.message_count,
      messages_24h: totals.message_count - totals.before_day,
      messages_7d: totals.message_count - totals.before_week,
      active_members_7d: authors.length,
      top_authors: authors.slice(0, top),
      sampled_messages: authors.reduce((sum, { messages }) => sum + messages, 0),
      pinned_count: totals.pinned_count,
      thread_count: totals.thread_count,
      created_at: place.created_at.toISOString(),
      last_message_at: totals.last_message_at?.toISOString() ?? null,
      computed_at: now.toISOString(),
    }
  }

  /** The same with how many messages were sent in each hour or day of a period up to now. */
  async function roomStatsOver(
    actor: Actor,
    reference: GetRoomStats,
    { period = '7d' }: StatsQuery,
    isOnline: (user_id: number) => boolean,
  ): Promise<RoomStatsOver> {
    const stats = await roomStats(actor, reference, isOnline)
    const moments = edges(spanOf(period), clock.now())
    const numbers = await queries.numbersSince(sql, stats.room_id ?? stats.conversation_id ?? 0, moments)
    const series = moments.slice(0, -1).map((from, index) => ({
      from: from.toISOString(),
      messages: (numbers[index + 1] ?? 0) - (numbers[index] ?? 0),
    }))
    return { ...stats, period, series }
  }

  return { roomStats, roomStatsOver }
}
