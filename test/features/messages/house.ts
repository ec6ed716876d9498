import { createAudit } from '../../../src/features/audit/index.ts'
import { createConversations, createThreads, createUnread } from '../../../src/features/conversations/index.ts'
import { createLogReader, createMessages, createWriter, type Writer } from '../../../src/features/messages/index.ts'
import type { Actor } from '../../../src/kernel/actor.ts'
import { type Bus, type BusMessage, createMemoryBus, type LogEntry } from '../../../src/platform/bus/index.ts'
import { connect, type Sql } from '../../../src/platform/db/index.ts'
import { createMetrics } from '../../../src/platform/metrics/index.ts'
import { recordLog } from '../../services/log.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'

export type Draft = Parameters<Writer['write']>[0]
export type Written = Awaited<ReturnType<Writer['write']>>
type Limits = Partial<
  Pick<Parameters<typeof createWriter>[0], 'lanes' | 'max_batch' | 'max_pending' | 'write_timeout_ms'>
>

export interface MessageRow {
  id: number
  conversation_id: number
  author_id: number
  seq: number
  change_seq: number
  number: number
  client_id: string
  content: string
  parent_id: number | null
  thread_count: number
  mentions: number[]
}

export type MessageHouse = Awaited<ReturnType<typeof openHouse>>

/** Users, rooms and DMs written straight into a database, and nodes that write messages to it. */
export async function openHouse(kept?: TestDatabase) {
  const database = kept ?? (await createDatabase({ max: 8 }))
  const { sql } = database
  const closers: (() => Promise<void>)[] = []

  /** A node's writer and message service; `url` leads to the database another way. */
  const node = (limits: Limits = {}, url = database.url, bus: Bus = createMemoryBus()) => {
    const log = recordLog()
    const batches: number[] = []
    const pools = new Set<Sql>()
    const writer = createWriter({
      open: (onclose) => {
        const pool = connect({
          onclose,
          url,
          max: 1,
          connect_timeout: 2_000,
          query_timeout: 30_000,
          application_name: 'veza-chat writer',
        })
        pools.add(pool)
        return pool
      },
      drop: (pool) => pool.end({ timeout: 0 }),
      lanes: 2,
      max_batch: 500,
      max_pending: 10_000,
      write_timeout_ms: 10_000,
      ...limits,
      log,
      onBatch: (size) => batches.push(size),
    })
    const heard: BusMessage[] = []
    bus.receive((message) => heard.push(message))
    const conversations = createConversations({
      sql,
      bus,
      audit: createAudit({ sql, log }),
      settleReads: async () => undefined,
      limits: { max_rooms_per_user: 0 },
    })
    const threads = createThreads({ sql, bus, log })
    const metrics = createMetrics({ version: 'test' })
    const reader = createLogReader(sql, { resume_limit: 500 })
    const messages = createMessages({
      sql,
      writer,
      reader,
      bus,
      audit: createAudit({ sql, log }),
      conversations,
      unread: createUnread({ sql, bus, log }),
      threads,
      metrics,
      log,
      limits: {
        max_message_length: 2000,
        max_metadata_size: 4096,
        max_resume_rooms: 200,
        resume_limit: 500,
        max_pins_per_conversation: 3,
        max_reactions_per_message: 3,
      },
    })
    closers.push(async () => {
      await bus.close()
      await Promise.all([...pools].map((pool) => pool.end({ timeout: 1 })))
    })
    return {
      writer,
      messages,
      conversations,
      threads,
      reader,
      bus,
      log,
      batches,
      heard,
      listen: (...conversations: number[]) => {
        for (const id of conversations) bus.listen(`c:${id}`)
      },
      /** The log entries that were published for a conversation, in order. */
      entries: (conversation_id: number): LogEntry[] =>
        heard.flatMap((message) =>
          message.kind === 'log' && message.conversation_id === conversation_id ? message.entries : [],
        ),
    }
  }

  const person = async (username: string): Promise<Actor> => {
    const [row] = await sql<{ id: number }[]>`insert into users (username) values (${username}) returning id`
    return { id: row!.id, username, role: 'user', session_id: crypto.randomUUID() }
  }

  const enter = async (conversation_id: number, people: readonly Actor[], role = 'member') => {
    await sql`insert into members (conversation_id, user_id, role) select ${conversation_id}, id, ${role} from unnest(${people.map(({ id }) => id)}::bigint[]) id`
    await sql`update conversations set member_count = member_count + ${people.length} where id = ${conversation_id}`
  }

  const room = async (people: readonly Actor[], more: { slow_mode_seconds?: number; is_public?: boolean } = {}) => {
    const slug = `room-${crypto.randomUUID()}`
    const [row] = await sql<{ id: number }[]>`
      insert into conversations (kind, slug, name, is_public, slow_mode_seconds)
      values ('room', ${slug}, ${slug}, ${more.is_public ?? false}, ${more.slow_mode_seconds ?? 0}) returning id`
    await enter(row!.id, people)
    return row!.id
  }

  const dm = async (one: Actor, other: Actor) => {
    const [low, high] = [one.id, other.id].toSorted((a, b) => a - b) as [number, number]
    const [row] = await sql<{ id: number }[]>`
      insert into conversations (kind, dm_low, dm_high) values ('dm', ${low}, ${high}) returning id`
    await enter(row!.id, one === other ? [one] : [one, other])
    return row!.id
  }

  return {
    sql,
    url: database.url,
    node,
    person,
    enter,
    room,
    dm,
    rows: (conversation_id: number) => sql<MessageRow[]>`
      select id, conversation_id, author_id, seq, change_seq, number, client_id, content, parent_id, thread_count, mentions
      from messages where conversation_id = ${conversation_id} order by seq`,
    head: async (conversation_id: number) => {
      const [row] = await sql<{ last_seq: number; message_count: number; last_message_id: number | null }[]>`
        select last_seq, message_count, last_message_id from conversations where id = ${conversation_id}`
      return row!
    },
    close: async () => {
      for (const close of closers) await close()
      if (kept === undefined) await database.drop()
    },
  }
}

/** A draft as the service would make it. */
export const draft = (author: Actor, conversation_id: number, content: string, more: Partial<Draft> = {}): Draft => ({
  uuid: crypto.randomUUID(),
  target: 'room',
  conversation_id,
  author_id: author.id,
  client_id: crypto.randomUUID(),
  content,
  content_type: 'text',
  parent_id: null,
  metadata: null,
  mentioned: null,
  expires_in: null,
  held: false,
  ...more,
})

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
