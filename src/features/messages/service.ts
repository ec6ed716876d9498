import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError, type ErrorCode, errors } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { may } from '../../kernel/permissions.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Metrics } from '../../platform/metrics/index.ts'
import type { Changes, Reference } from '../../transport/ws/index.ts'
import type { Conversations, Threads, Unread } from '../conversations/index.ts'
import { createChanges } from './changes.ts'
import { contentOf, mentionedNames, metadataOf } from './content.ts'
import { createHistory } from './history.ts'
import type { createLogReader } from './log-reader.ts'
import { type MessageRow, own_client_id, toMessage } from './message.ts'
import { createPins } from './pins.ts'
import type { Draft } from './queries.ts'
import { createReactions } from './reactions.ts'
import { createReading } from './reading.ts'
import { createReports } from './reports.ts'
import type { Message, MessageDraft } from './schema.ts'
import { createTelling } from './telling.ts'
import type { Writer, Written } from './writer.ts'

export interface MessagesOptions {
  sql: Sql
  writer: Writer
  reader: ReturnType<typeof createLogReader>
  bus: Bus
  audit: Audit<Sql>
  conversations: Conversations
  unread: Pick<Unread, 'sent' | 'recount'>
  threads: Pick<Threads, 'replied' | 'removed' | 'edited'>
  /** A message is out. Synchronous. */
  onSent?(author_id: number, conversation_id: number): void
  metrics: Metrics
  /** Its target is `chat_server::hub::channels`. */
  log: Log
  limits: {
    max_message_length: number
    max_metadata_size: number
    max_resume_rooms: number
    resume_limit: number
    max_pins_per_conversation: number
    max_reactions_per_message: number
  }
}

export type Messages = ReturnType<typeof createMessages>

/** A message as its sender gets it back. */
export type Sent = Message & { duplicate?: true }

export interface Committed {
  sent: Sent
  json: string
  /** Lets everybody hear of it. */
  announce(): void
}

/** Messages of rooms and DMs alike: sending, history, catch-up. */
export function createMessages(options: MessagesOptions) {
  const { sql, writer, reader, conversations, threads, metrics, log, limits } = options
  const telling = createTelling(options.bus)
  const changes = createChanges({ sql, telling, threads, unread: options.unread, audit: options.audit, limits })
  const pins = createPins({ sql, audit: options.audit, conversations, change: changes.change, limits })
  const reactions = createReactions({ sql, change: changes.change, limits })
  const read = createHistory({ sql, conversations })

  /**
   * Commits a message and returns it; `duplicate` when the same author had sent the same client_id to this conversation before.
   *
   * MESSAGE_EMPTY, MESSAGE_TOO_LONG, MESSAGE_NOT_FOUND (the parent), ROOM_NOT_FOUND, CONVERSATION_NOT_FOUND, PERMISSION_DENIED, USER_MUTED, USER_BANNED,
   * CONVERSATION_BLOCKED, SLOW_MODE, FILE_NOT_FOUND, FEATURE_DISABLED, SERVICE_UNAVAILABLE.
   */
  async function send(actor: Actor, wanted: MessageDraft): Promise<Sent> {
    const { sent, announce } = await commit(actor, wanted)
    announce()
    return sent
  }

  /** As `send`, for who must answer the sender before everybody hears of it: `announce` is to be called once, in any case. */
  async function commit(actor: Actor, wanted: MessageDraft): Promise<Committed> {
    metrics.messagesReceived.inc()
    const started = performance.now()
    const draft = await drafted(actor, wanted)
    const written = await writer.write(draft)
    const committed = concluded(actor, wanted, draft, written)
    metrics.processing.observe((performance.now() - started) / 1000)
    return committed
  }

  async function drafted(actor: Actor, wanted: MessageDraft): Promise<Draft> {
    const permission = 'conversation_id' in wanted ? 'send_dm' : 'send_messages'
    if (!may(actor, permission)) throw new AppError('PERMISSION_DENIED', { permission })
    if (wanted.attachments !== undefined && wanted.attachments.length > 0)
      throw new AppError('FILE_NOT_FOUND', { file_id: wanted.attachments[0] })
    const content = contentOf(wanted.content, limits.max_message_length)
    const { client_id, ...metadata } = wanted.metadata ?? {}
    if (client_id !== undefined && !client_id.isWellFormed())
      throw new AppError('VALIDATION_FAILED', [
        { field: 'metadata.client_id', reason: 'must not hold lone surrogates' },
      ])
    return {
      uuid: crypto.randomUUID(),
      conversation_id: await idOf(actor, wanted),
      target: 'conversation_id' in wanted ? 'dm' : 'room',
      author_id: actor.id,
      client_id: client_id ?? own_client_id + crypto.randomUUID(),
      content,
      content_type: wanted.content_type ?? 'text',
      parent_id: wanted.parent_id ?? null,
      metadata: metadataOf(metadata, limits.max_metadata_size),
      mentioned: calledBy(actor, mentionedNames(content)).join(' ') || null,
      expires_in: wanted.expires_in ?? null,
      held: !isGiven(actor, 'skip_slow_mode'),
    }
  }

  /** Only a slug needs to be looked up: whether the actor may write there, the write itself decides. */
  async function idOf(actor: Actor, wanted: MessageDraft): Promise<number> {
    if ('conversation_id' in wanted) return wanted.conversation_id
    if (typeof wanted.room_id === 'number') return wanted.room_id
    return (await conversations.member(actor, { room_id: wanted.room_id })).id
  }

  function concluded(actor: Actor, wanted: MessageDraft, draft: Draft, written: Written): Committed {
    switch (written.verdict) {
      case 'sent': {
        const row = rowOf(actor, draft, written)
        metrics.messagesSent.inc()
        log.info('Message sent', {
          user_id: actor.id,
          room_id: row.conversation_id,
          message_id: row.id,
          content_length: row.content.length,
        })
        const sent = toMessage(row)
        const json = JSON.stringify(sent)
        return { sent, json, announce: () => announce(row, written, json) }
      }
      case 'duplicate': {
        const { original } = written
        if (original === undefined) throw new AppError('MESSAGE_NOT_FOUND', { message_id: written.id })
        // Its uuid tells what an earlier try of this very send has written, whose answer was lost: that nobody has heard of yet.
        const own = original.uuid === draft.uuid
        const sent: Sent = own ? toMessage(original) : { ...toMessage(original), duplicate: true }
        const { parent_thread_count, seq: first_seq } = original
        return {
          sent,
          json: JSON.stringify(sent),
          announce: () => own && announce(original, { ...written, parent_thread_count, first_seq }),
        }
      }
      case 'ROOM_NOT_FOUND':
        throw new AppError('conversation_id' in wanted ? 'CONVERSATION_NOT_FOUND' : 'ROOM_NOT_FOUND')
      case 'ROOM_ARCHIVED':
        throw new AppError('PERMISSION_DENIED', { reason: 'archived' })
      case 'PERMISSION_DENIED':
        throw new AppError('PERMISSION_DENIED', { reason: 'join the room first' })
      case 'MESSAGE_NOT_FOUND':
        throw new AppError('MESSAGE_NOT_FOUND', { message_id: draft.parent_id })
      default:
        if (!(written.verdict in errors)) throw new Error(`send_messages said ${written.verdict}`)
        throw new AppError(written.verdict as ErrorCode, undefined, written.retry_after)
    }
  }

  function announce(row: MessageRow, written: Written, json?: string): void {
    telling.created(row, written, written, json)
    options.unread.sent(row, written.dm_low !== null)
    options.onSent?.(row.author_id, row.conversation_id)
    if (row.parent_id !== null) threads.replied(row.parent_id, row.author_id, row.mentions)
    telling.mentioned(row.mentions, row)
    if (row.called !== null) telling.called(row, row.called)
  }

  /**
   * Where each of several conversations stands, and what changed there since; entries in the order asked for. As with joining many at once, what would be too
   * much for one reply is a short page with `reset`.
   */
  async function sync(actor: Actor, cursors: readonly (Reference & { since_seq: number })[]): Promise<object[]> {
    const max = limits.max_resume_rooms
    if (max > 0 && cursors.length > max)
      throw new AppError('VALIDATION_FAILED', [{ field: 'cursors', reason: `at most ${max} conversations` }])
    const places = await conversations.places.some(actor, cursors)
    const found = cursors.flatMap(({ since_seq }, index) => {
      const place = places[index]
      return typeof place === 'object'
        ? [{ index, place, conversation_id: place.conversation_id, since: since_seq }]
        : []
    })
    requireEachOnce(found.map(({ conversation_id }) => conversation_id))
    const changes: Changes[] = []
    let told = 0
    for (let from = 0; from < found.length; from += at_a_time) {
      const limit =
        limits.resume_limit > 0 && told > limits.resume_limit * 10
          ? Math.min(short_page, limits.resume_limit)
          : undefined
      const some = await reader.changesOf(found.slice(from, from + at_a_time), limit)
      changes.push(...some)
      told += some.reduce((sum, { messages }) => sum + messages.length, 0)
    }
    const answers = new Map(found.map(({ index, place }, order) => [index, { place, changes: changes[order] }]))
    return cursors.map(({ since_seq: _, ...reference }, index) => {
      const answer = answers.get(index)
      if (answer?.changes === undefined) return { ...reference, error: places[index] }
      const { seq, messages, reset } = answer.changes
      return answer.place.describe({ seq, missed: messages, reset, following: [] })
    })
  }

  return {
    send,
    commit,
    sync,
    edit: changes.edit,
    remove: changes.remove,
    pin: pins.pin,
    pinned: pins.pinned,
    react: reactions.add,
    unreact: reactions.remove,
    reactions: reactions.list,
    ...read,
    ...createReading({ sql, conversations, reader, history: read.history }),
    ...createReports({ sql, audit: options.audit }),
  }
}

/** What roles may, the write itself decides; an API key must have been given it too. */
const isGiven = ({ scopes }: Actor, permission: 'mention_room' | 'skip_slow_mode'): boolean =>
  scopes === undefined || scopes.includes(permission)

const calledBy = (actor: Actor, names: readonly string[]): readonly string[] =>
  isGiven(actor, 'mention_room') ? names : names.filter((name) => !everybody.has(name))

const everybody: ReadonlySet<string> = new Set(['room', 'here'])
const at_a_time = 16
const short_page = 50

function requireEachOnce(ids: readonly number[]): void {
  if (new Set(ids).size < ids.length)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursors', reason: 'each conversation once' }])
}

const rowOf = (actor: Actor, draft: Draft, written: Written): MessageRow => ({
  id: written.id,
  uuid: draft.uuid,
  conversation_id: draft.conversation_id,
  author_id: actor.id,
  username: actor.username,
  seq: written.seq,
  change_seq: written.seq,
  number: written.number,
  client_id: draft.client_id,
  content: draft.content,
  content_type: draft.content_type,
  parent_id: draft.parent_id,
  thread_count: 0,
  mentions: written.mentions,
  called: written.called,
  metadata: draft.metadata === null ? null : (JSON.parse(draft.metadata) as Record<string, unknown>),
  edit_count: 0,
  edited_at: null,
  pinned_at: null,
  deleted_at: null,
  deleted_by: null,
  expires_at: written.expires_at,
  reactions: null,
  created_at: written.created_at,
  updated_at: written.created_at,
  room_name: written.room_name,
})
