import type { LogEntry } from '../../platform/bus/index.ts'
import { only } from '../../kernel/only.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Changes, LogReader } from '../../transport/ws/index.ts'
import { changeData, changeEvent, expiredMessage } from './change-events.ts'
import * as queries from './log-queries.ts'
import { creationEvent, type MessageRow, toMessage } from './message.ts'
import { type PackedRow, unpack } from './packed-queries.ts'
import type { Message } from './schema.ts'
import { isComplete } from './telling.ts'

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
        if (isMessage(row) && row.seq === next && isComplete(row)) head.recent.push(entryOf(row))
      }
      for (const head of found.values()) head.recent.reverse()
      return found
    },

    events: async (conversation_id, after, upTo) => {
      const limit = Math.max(1, resume_limit || 1000)
      const created = await queries.created(sql, conversation_id, after, upTo, limit)
      const changed = await queries.between(sql, conversation_id, after, upTo, limit)
      const heads = await queries.heads(sql, [conversation_id], 0)
      const entries = [
        ...created.map((row) => entryOf(row, row.parent_thread_count)),
        ...changed.flatMap((row) => changedEntry(conversation_id, row) ?? []),
      ]
      return {
        head: heads[0]?.head ?? 0,
        entries: entries.toSorted((a, b) => a.seq - b.seq).slice(0, limit),
      }
    },
  }
}

const entryOf = (row: MessageRow, parent_thread_count: number | null = null): LogEntry => ({
  seq: row.seq,
  // As of every event that carries a message, its position is its change_seq, also when it is told again after later changes.
  frame: creationEvent({ ...row, change_seq: row.seq }, parent_thread_count),
  complete: isComplete(row),
})

function changedEntry(conversation_id: number, row: queries.ChangedRow): LogEntry | null {
  const message = isMessage(row) ? row : null
  const data = changeData({ conversation_id, room_name: row.place_name }, row, message)
  return data && { seq: row.at_seq, frame: changeEvent(row.change, JSON.stringify(data)), complete: false }
}

const isMessage = (row: Partial<MessageRow>): row is MessageRow => row.id !== null && row.id !== undefined

interface Cursor {
  conversation_id: number
  since: number
}

/** What changed in each of several conversations, up to `limit` in each: by one query, one more if something expired there, and one for each that must be reset. */
const changesOf =
  (sql: Sql, resume_limit: number) =>
  async (cursors: readonly Cursor[], limit = resume_limit || 1_000_000): Promise<Changes[]> => {
    const answers = cursors.map(createAnswer)
    // Each as it comes, while the database is at the next ones.
    await queries.changes(sql, cursors, limit).forEach((row) => answers[row.position - 1]?.add(row))
    await addExpired(sql, cursors, answers, limit + 1)
    return Promise.all(
      answers.map(async ({ seq, messages, lost }, index) => {
        if (lost || messages.length > limit) return newestPage(sql, cursors[index]?.conversation_id ?? 0)
        return { seq, messages: messages.toSorted(inOrder), reset: false }
      }),
    )
  }

interface Answer {
  seq: number
  messages: Message[]
  /** What cannot be told change by change. */
  lost: boolean
  expired: number
  add(row: queries.ChangeRow): void
}

/** What the rows of one conversation say; one that is not there has none. */
function createAnswer({ conversation_id: id, since }: Cursor): Answer {
  let name: string | null | undefined
  const early: PackedRow[] = []
  const tell = (row: PackedRow) => answer.messages.push(toMessage(unpack(row, { id, name: name ?? null })))
  const answer: Answer = {
    seq: 0,
    messages: [],
    lost: true,
    expired: 0,
    add: (row) => {
      if (hasHead(row)) {
        name = row.room_name
        answer.seq = row.head
        answer.expired = row.expired
        // A client ahead of the log has seen another log: a restored backup, or another server.
        answer.lost = row.is_over || since > row.head || since < row.forgotten
        for (const each of early.splice(0)) tell(each)
      }
      if (!isPacked(row)) return
      if (name === undefined) early.push(row)
      else tell(row)
    },
  }
  return answer
}

const hasHead = (row: queries.ChangeRow): row is queries.ChangeRow & queries.Head => row.head !== null
const isPacked = (row: queries.ChangeRow): row is queries.ChangeRow & PackedRow => typeof row.packed === 'string'
const inOrder = (a: Message, b: Message) => a.change_seq - b.change_seq || a.seq - b.seq

async function addExpired(
  sql: Sql,
  cursors: readonly Cursor[],
  answers: readonly Answer[],
  limit: number,
): Promise<void> {
  const concerned = cursors.flatMap((cursor, index) => {
    const answer = answers[index]
    if (answer === undefined || answer.lost || answer.expired <= cursor.since) return []
    return [{ ...cursor, head: answer.seq, position: index + 1 }]
  })
  if (concerned.length === 0) return
  for (const row of await queries.expired(sql, concerned, limit)) {
    const cursor = cursors[row.position - 1]
    if (cursor) answers[row.position - 1]?.messages.push(expiredMessage(cursor.conversation_id, row))
  }
}

async function newestPage(sql: Sql, conversation_id: number): Promise<Changes> {
  const page = await queries.newest(sql, conversation_id, reset_page)
  return {
    seq: page[0]?.head ?? 0,
    messages: page.flatMap((row) => (isMessage(row) && !isGone(row) ? toMessage(row) : [])).toReversed(),
    reset: true,
  }
}

/** Expired, but not swept yet. */
const isGone = ({ expires_at }: MessageRow): boolean => expires_at !== null && expires_at.getTime() <= Date.now()
