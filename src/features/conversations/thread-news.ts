import { createCoalescer } from '../../kernel/coalesce.ts'
import { firstCharacters } from '../../kernel/first-characters.ts'
import type { Log } from '../../kernel/log.ts'
import { within } from '../../kernel/within.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './thread-news-queries.ts'
import type { EndingRow, ThreadNews } from './thread-news-queries.ts'
import type { ReplyRow, ThreadRow } from './thread-queries.ts'
import type { ThreadUpdated, UnreadThread } from './thread-schema.ts'

interface ThreadNewsOptions {
  sql: Sql
  bus: Bus
  log: Log
}

/** A message that was changed. */
interface Changed {
  id: number
  parent_id: number | null
  number: number
  thread_count: number
}

const interval_ms = 1_000
const max_keys = 100_000
const timeout_ms = 10_000
const at_a_time = 100
const preview_length = 100

/** Tells those who take part in threads what happens there, at most once a second of each thread, and of all threads in the order in which it happened. */
export function createThreadNews({ sql, bus, log }: ThreadNewsOptions) {
  /** By thread: what was not told yet. */
  const untold = new Map<number, ThreadNews>()
  /** The threads whose turn it is. */
  const due = new Set<number>()
  const ended: EndingRow[] = []
  let telling: Promise<void> | undefined
  const turns = createCoalescer<number, ThreadNews>({
    interval_ms,
    max_keys,
    emit: (parent_id) => {
      due.add(parent_id)
      tellSoon()
    },
  })

  function put(parent_id: number, what: Partial<ThreadNews>): void {
    const news = together(untold.get(parent_id), { ...nothing, ...what, parent_id })
    untold.set(parent_id, news)
    turns.put(parent_id, news)
  }

  /** What comes at once is told at once. */
  function tellSoon(): void {
    telling ??= Promise.resolve().then(tellAll)
  }

  async function tellAll(): Promise<void> {
    try {
      while (due.size > 0 || ended.length > 0) {
        const ends = ended.splice(0)
        await tellNews(take())
        for (const row of ends) await tellEnd(row)
      }
    } finally {
      // In the same turn in which nothing was left: what comes after it begins anew.
      telling = undefined
    }
  }

  function take(): ThreadNews[] {
    return [...due].slice(0, at_a_time).flatMap((id) => {
      const news = untold.get(id)
      untold.delete(id)
      due.delete(id)
      return news ?? []
    })
  }

  async function tellNews(news: readonly ThreadNews[]): Promise<void> {
    if (news.length === 0) return
    try {
      for (const row of await within(timeout_ms, queries.threadsNow(sql, news))) tell(row)
    } catch (error) {
      log.warn('Nobody was told of what happened in threads', { error, threads: news.length })
    }
  }

  function tell(row: queries.NewsRow): void {
    const thread = { ...headOf(row), last_reply: row.reply_id === null ? null : replyOf(row) }
    // Of a reply that was taken away at once there are no news.
    if (row.people !== null && thread.last_reply !== null) {
      const frame = frameOf('thread_updated', thread)
      for (const user_id of row.people) publish(user_id, frame)
    }
    for (const { user_id, ...stand } of row.stands) publish(user_id, frameOf('thread_updated', { ...thread, ...stand }))
  }

  async function tellEnd({ people, ...row }: EndingRow): Promise<void> {
    const thread: ThreadUpdated = { ...headOf({ ...row, content: '' }), last_reply: null }
    const ids = people.map(({ user_id }) => user_id)
    try {
      const members = await within(timeout_ms, queries.membersAmong(sql, row.conversation_id, ids))
      const there = new Set(members.map(({ user_id }) => user_id))
      for (const { user_id, last_read_number } of people)
        if (there.has(user_id))
          publish(
            user_id,
            frameOf('thread_updated', { ...thread, last_read_number, unread_count: 0, mention_count: 0 }),
          )
    } catch (error) {
      log.warn('Nobody was told that a thread has ended', { error, thread: row.parent_id })
    }
  }

  const publish = (user_id: number, frame: string) =>
    bus.publish([`u:${user_id}`], { v: 1, kind: 'user', user_id, frame })

  return {
    /** A reply was committed, with those whom it names. Returns at once, as do the others. */
    replied: (parent_id: number, author_id: number, mentioned: readonly number[]): void =>
      put(parent_id, { repliers: [author_id], mentioned }),
    /** A message says something else; with those whom it names now and did not before, and those whom it names no more. */
    edited: ({ id, parent_id, number, thread_count }: Changed, mentioned: readonly number[]): void => {
      if (parent_id !== null) put(parent_id, { edited: number, mentioned })
      if (thread_count > 0) put(id, { is_changed: true })
    },
    /** A message was deleted. */
    removed: ({ id, parent_id, number, thread_count }: Changed): void => {
      if (parent_id !== null) put(parent_id, { removed: number })
      if (thread_count > 0) put(id, { is_changed: true })
    },
    /** A reply has expired. Whoever counts by how many there are has to begin anew. */
    expired: (parent_id: number, number: number): void => put(parent_id, { removed: number, is_changed: true }),
    /**
     * To be asked in the transaction that removes messages whose time is over; what it gives is to be called with those that are gone once that is committed.
     * Whoever has not read their threads, or does not know it yet, has nothing to read there any more.
     */
    ending: async (tx: Sql, ids: readonly number[]): Promise<(gone: ReadonlySet<number>) => void> => {
      const rows = await queries.threadsEnding(tx, ids)
      return (gone) => {
        ended.push(...rows.filter(({ parent_id }) => gone.has(parent_id)))
        if (ended.length > 0) tellSoon()
      }
    },
    /** Says what waits. */
    flush: async (): Promise<void> => {
      turns.flush()
      await telling
    },
  }
}

const nothing: Omit<ThreadNews, 'parent_id'> = { repliers: [], mentioned: [], removed: 0, edited: 0, is_changed: false }

const together = (before: ThreadNews | undefined, next: ThreadNews): ThreadNews => ({
  parent_id: next.parent_id,
  repliers: [...new Set([...(before?.repliers ?? []), ...next.repliers])],
  mentioned: [...new Set([...(before?.mentioned ?? []), ...next.mentioned])],
  removed: Math.max(before?.removed ?? 0, next.removed),
  edited: Math.max(before?.edited ?? 0, next.edited),
  is_changed: before?.is_changed === true || next.is_changed,
})

export const frameOf = (type: string, data: object): string => JSON.stringify({ type, data })

export const headOf = (row: ThreadRow): Omit<ThreadUpdated, 'last_reply'> => ({
  ...(row.room_name === null
    ? { conversation_id: row.conversation_id }
    : { room_id: row.conversation_id, room_name: row.room_name }),
  parent_id: row.parent_id,
  author_id: row.author_id,
  username: row.username,
  preview: firstCharacters(row.content, preview_length),
  thread_count: row.thread_count,
  seq: row.seq,
})

export const replyOf = (row: ReplyRow): UnreadThread['last_reply'] => ({
  message_id: row.reply_id,
  number: row.reply_number,
  author_id: row.reply_author_id,
  username: row.reply_username,
  preview: firstCharacters(row.reply_content, preview_length),
})
