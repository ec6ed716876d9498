import { only } from '../../kernel/only.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { LogEntry } from '../../platform/bus/index.ts'
import type { Changes, LogReader } from '../../transport/ws/index.ts'
import { creationEvent, type MessageRow, toMessage } from './message.ts'
import * as queries from './queries.ts'

export interface ReaderLimits {
  /** Changes a resume returns before it says `reset`. */
  resume_limit: number
}

/** The page that comes with `reset`. */
const reset_page = 50

/** The room log, read from PostgreSQL. */
export function createLogReader(
  sql: Sql,
  { resume_limit }: ReaderLimits,
): LogReader & { changesOf: ReturnType<typeof changesOf> } {
  const many = changesOf(sql, resume_limit)
  return {
    changesOf: many,
    changes: async (conversation_id, since, limit) => only(await many([{ conversation_id, since }], limit)),

    heads: async (ids, recent) => {
      const rows = await queries.heads(sql, ids, recent)
      const found = new Map<number, { seq: number; recent: LogEntry[] }>()
      for (const row of rows) {
        const head = found.get(row.head_id) ?? { seq: row.head, recent: [] }
        found.set(row.head_id, head)
        // Newest first. As long as each is the only change at its seq, the run tells all that happened.
        const next = head.seq - head.recent.length
        if (isMessage(row) && row.seq === next && row.change_seq === next && row.parent_id === null)
          head.recent.push(entryOf(row))
      }
      for (const head of found.values()) head.recent.reverse()
      return found
    },

    events: async (conversation_id, after, upTo) => {
      const rows = await queries.created(sql, conversation_id, after, upTo, Math.max(1, resume_limit || 1000))
      const heads = await queries.heads(sql, [conversation_id], 0)
      return { head: heads[0]?.head ?? 0, entries: rows.map((row) => entryOf(row, row.parent_thread_count)) }
    },
  }
}

/** A creation is complete in its event unless it also changed its parent, or was itself changed since. */
const entryOf = (row: MessageRow, parent_thread_count: number | null = null): LogEntry => ({
  seq: row.seq,
  frame: creationEvent(row, parent_thread_count),
  complete: row.parent_id === null && row.change_seq === row.seq,
})

const isMessage = (row: Partial<MessageRow>): row is MessageRow => row.id !== null && row.id !== undefined

/** What changed in each of several conversations, up to `limit` in each: by one query, and one more for each that must be reset. */
const changesOf =
  (sql: Sql, resume_limit: number) =>
  async (
    cursors: readonly { conversation_id: number; since: number }[],
    limit = resume_limit || 1_000_000,
  ): Promise<Changes[]> => {
    const rows = await queries.changes(sql, cursors, limit + 1)
    const answers: (Changes | undefined)[] = cursors.map(() => undefined)
    for (const row of rows) {
      const answer = (answers[row.position - 1] ??= { seq: row.head, messages: [], reset: false })
      if (isMessage(row)) answer.messages.push(toMessage(row))
    }
    return Promise.all(
      cursors.map(async ({ conversation_id, since }, index) => {
        const answer = answers[index] ?? { seq: 0, messages: [], reset: true }
        // A client ahead of the log has seen another log: a restored backup, or another server.
        if (answer.messages.length <= limit && since <= answer.seq) return answer
        const page = await queries.newest(sql, conversation_id, reset_page)
        return {
          seq: page[0]?.head ?? 0,
          messages: page.flatMap((row) => (isMessage(row) ? toMessage(row) : [])).toReversed(),
          reset: true,
        }
      }),
    )
  }
