import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { ReadMarked } from './read-schema.ts'
import { createThreadNews, frameOf, headOf, replyOf } from './thread-news.ts'
import * as queries from './thread-queries.ts'
import type { ThreadRead, UnreadThread } from './thread-schema.ts'
import { placeOfId } from './unread.ts'

export interface ThreadsOptions {
  sql: Sql
  bus: Bus
  log: Log
}

export type Threads = ReturnType<typeof createThreads>

const most = 100

/** Who takes part in a thread hears of its replies wherever they are, and has a read pointer of its own in it. */
export function createThreads({ sql, bus, log }: ThreadsOptions) {
  /** The threads that the user has not read to the end, the one with the newest reply first; the first hundred. */
  async function unread(user_id: number): Promise<UnreadThread[]> {
    const rows = await queries.unreadThreads(sql, user_id, most)
    return rows.map((row) => {
      const { last_read_number, unread_count, mention_count } = row
      return { ...headOf(row), last_reply: replyOf(row), last_read_number, unread_count, mention_count }
    })
  }

  /** Moves the actor's pointer in a thread of a conversation they are in. MESSAGE_NOT_FOUND for what never was a reply there. */
  async function mark(actor: Actor, { id, kind }: { id: number; kind: string }, parent_id: number, message_id: number) {
    const row = await queries.markThread(sql, { conversation_id: id, user_id: actor.id, parent_id, message_id })
    if (row === undefined) throw new AppError('MESSAGE_NOT_FOUND', { message_id })
    const { moved, ...stand } = row
    const place = placeOfId(id, kind === 'dm')
    const marked: ReadMarked = { ...place, message_id, parent_id, ...stand }
    const told: ThreadRead = { ...place, parent_id, last_read_number: stand.last_read_number }
    const announce = () => {
      // Said again where nothing is left, to whoever has missed that.
      if (!moved && stand.unread_count > 0) return
      bus.publish([`u:${actor.id}`], { v: 1, kind: 'user', user_id: actor.id, frame: frameOf('thread_read', told) })
    }
    return { marked, announce }
  }

  return { ...createThreadNews({ sql, bus, log }), unread, mark }
}
