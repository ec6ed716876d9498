import type { Actor } from '../../kernel/actor.ts'
import { createCoalescer } from '../../kernel/coalesce.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { firstCharacters } from '../../kernel/first-characters.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { ReadMarked } from './read-schema.ts'
import * as queries from './thread-queries.ts'
import type { ThreadRow } from './thread-queries.ts'
import type { ThreadRead, ThreadUpdated, UnreadThread } from './thread-schema.ts'
import { placeOfId } from './unread.ts'

export interface ThreadsOptions {
  sql: Sql
  bus: Bus
  log: Log
}

export type Threads = ReturnType<typeof createThreads>

interface Reply {
  conversation_id: number
  parent_id: number
}

const interval_ms = 1_000
const max_keys = 100_000
const most = 100
const preview_length = 100

/** Who takes part in a thread hears of its replies wherever they are, and has a read pointer of its own in it. */
export function createThreads({ sql, bus, log }: ThreadsOptions) {
  const telling = new Set<Promise<void>>()
  const news = createCoalescer<number, Reply>({
    interval_ms,
    max_keys,
    merge: (_, next) => ({ ...next }),
    emit: (_, reply) => {
      const told = tell(reply)
        .catch((error: unknown) => log.warn('Nobody was told of a reply', { error, message_id: reply.parent_id }))
        .finally(() => telling.delete(told))
      telling.add(told)
    },
  })

  async function tell({ conversation_id, parent_id }: Reply): Promise<void> {
    const row = await queries.threadOf(sql, conversation_id, parent_id)
    if (row === undefined) return
    const frame = frameOf('thread_updated', threadOf(row))
    for (const user_id of row.people) bus.publish([`u:${user_id}`], { v: 1, kind: 'user', user_id, frame })
  }

  /** The threads that the user has not read to the end, the one with the newest reply first; the first hundred. */
  async function unread(user_id: number): Promise<UnreadThread[]> {
    const rows = await queries.unreadThreads(sql, user_id, most)
    return rows.map((row) => {
      const { last_read_number, unread_count } = row
      return { ...threadOf(row), last_read_number, unread_count }
    })
  }

  /** Moves the actor's pointer in a thread of a conversation they are in. MESSAGE_NOT_FOUND for what is no reply there. */
  async function mark(actor: Actor, { id, kind }: { id: number; kind: string }, parent_id: number, message_id: number) {
    const row = await queries.markThread(sql, { conversation_id: id, user_id: actor.id, parent_id, message_id })
    if (row === undefined) throw new AppError('MESSAGE_NOT_FOUND', { message_id })
    const { moved, ...stand } = row
    const place = placeOfId(id, kind === 'dm')
    const marked: ReadMarked = { ...place, message_id, parent_id, ...stand }
    const told: ThreadRead = { ...place, parent_id, last_read_number: stand.last_read_number }
    const announce = () => {
      if (!moved) return
      bus.publish([`u:${actor.id}`], { v: 1, kind: 'user', user_id: actor.id, frame: frameOf('thread_read', told) })
    }
    return { marked, announce }
  }

  return {
    /** A reply was committed. Returns at once. */
    replied: (reply: Reply): void => news.put(reply.parent_id, reply),
    unread,
    mark,
    /** Says what waits. */
    flush: async (): Promise<void> => {
      news.flush()
      await Promise.all(telling)
    },
  }
}

const frameOf = (type: string, data: object): string => JSON.stringify({ type, data })

const threadOf = (row: ThreadRow): ThreadUpdated => ({
  ...(row.room_name === null
    ? { conversation_id: row.conversation_id }
    : { room_id: row.conversation_id, room_name: row.room_name }),
  parent_id: row.parent_id,
  author_id: row.author_id,
  username: row.username,
  preview: firstCharacters(row.content, preview_length),
  thread_count: row.thread_count,
  last_reply: {
    message_id: row.reply_id,
    number: row.reply_number,
    author_id: row.reply_author_id,
    username: row.reply_username,
    preview: firstCharacters(row.reply_content, preview_length),
  },
})
