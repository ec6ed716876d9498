import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { only } from '../../kernel/only.ts'
import { may, mayIn } from '../../kernel/permissions.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import type { Threads, Unread } from '../conversations/index.ts'
import { changeData, changeEvent } from './change-events.ts'
import * as queries from './change-queries.ts'
import type { Target } from './change-queries.ts'
import { contentOf, mentionedNames, requireStorable } from './content.ts'
import type { Change } from './log-queries.ts'
import { toMessage } from './message.ts'
import type { MessageRow } from './message.ts'
import { byIds } from './queries.ts'
import type { ChangedMessage, Message } from './schema.ts'
import type { Telling } from './telling.ts'

export interface ChangesOptions {
  sql: Sql
  telling: Telling
  threads: Pick<Threads, 'removed' | 'edited'>
  unread: Pick<Unread, 'recount'>
  audit: Audit<Sql>
  limits: { max_message_length: number; max_pins_per_conversation: number; max_reactions_per_message: number }
}

/** A change that is committed. */
export interface Changed<T extends object = object> {
  /** The data of its event, which is its reply too; with `unchanged` where all was so already, and then there is no event. */
  data: T
  json: string
  /** Lets everybody hear of it; to be called once, in any case. */
  announce(): void
}

/** What a change does, decided under the conversation's lock; `assignment` sets the message's columns. */
export interface Deed extends queries.Noted {
  assignment: queries.Assignment
  /** Told beside the event. */
  mentioned?: readonly number[]
}

/** Changes of what was said, each a position in the log of its conversation. */
export function createChanges({ sql, telling, threads, unread, audit, limits }: ChangesOptions) {
  /**
   * Makes one change, or none where `judge` returns what the reply says instead. Everything is judged under the lock of the conversation, so that no two changes
   * meet, and no message is written in between.
   */
  async function change<T extends object>(
    actor: Actor,
    message_id: number,
    judge: (tx: Sql, target: Target) => Promise<Deed | { unchanged: object }>,
  ): Promise<Changed<T>> {
    const outcome = await transact(sql, async (tx) => {
      if (!(await queries.lockAround(tx, message_id))) throw new AppError('MESSAGE_NOT_FOUND', { message_id })
      const target = await queries.target(tx, actor.id, message_id)
      requireVisible(target, message_id)
      const deed = await judge(tx, target)
      if ('unchanged' in deed) return { data: { ...deed.unchanged, unchanged: true } }
      const { seq, at } = await queries.advance(tx, target, deed, deed.assignment)
      telling.expected(target.conversation_id, target, seq)
      const row = carriesMessage.has(deed.kind) ? only(await byIds(tx, [message_id])) : undefined
      const noted: Change = { change: deed.kind, at_seq: seq, message_id, by_id: actor.id, by_name: actor.username, detail: deed.detail, at } // prettier-ignore
      const data = changeData(target, noted, row ?? null)
      return { data, told: { seq, target, kind: deed.kind, mentioned: deed.mentioned ?? [], row } }
    })
    const json = JSON.stringify(outcome.data)
    return { data: outcome.data as T, json, announce: () => outcome.told && announce(json, outcome.told) }
  }

  function announce(
    json: string,
    { seq, target, kind, mentioned, row }: { seq: number; target: Target; kind: Change['change']; mentioned: readonly number[]; row: MessageRow | undefined }, // prettier-ignore
  ): void {
    telling.log(target.conversation_id, target, { seq, frame: changeEvent(kind, json), complete: false })
    if (row !== undefined) telling.mentioned(mentioned, row)
    if (kind === 'deleted') {
      threads.removed(target)
      unread.recount(target.conversation_id, target.mentions)
    }
    if (kind === 'edited' && row !== undefined) {
      const people = [...mentioned, ...missing(target.mentions, row.mentions)]
      threads.edited(target, people)
      unread.recount(target.conversation_id, people)
    }
  }

  /**
   * The author's own messages only. What it said before is kept, and people whom it mentions now and did not before are told.
   * MESSAGE_NOT_FOUND, PERMISSION_DENIED, MESSAGE_EMPTY, MESSAGE_TOO_LONG, USER_MUTED, CONVERSATION_BLOCKED.
   */
  async function edit(
    actor: Actor,
    { message_id, content: text, edit_reason }: { message_id: number; content: string; edit_reason?: string },
  ): Promise<Changed<ChangedMessage>> {
    const content = contentOf(text, limits.max_message_length)
    const reason = reasonOf('edit_reason', edit_reason)
    return change(actor, message_id, async (tx, target) => {
      if (target.author_id !== actor.id) throw new AppError('PERMISSION_DENIED', { reason: 'not the author' })
      if (!may(actor, 'edit_own_messages')) throw new AppError('PERMISSION_DENIED', { permission: 'edit_own_messages' })
      requireSpeech(target)
      if (target.content === content) return { unchanged: await messageNow(tx, message_id) }
      await queries.keepEdit(tx, target, actor.id, reason)
      const names = mentionedNames(content)
      const people = await queries.membersNamed(tx, target.conversation_id, names)
      const mentioned = await queries.mention(tx, target, people)
      // An edit calls nobody: a call is made once, and is over when the text has it no more.
      const called = target.called !== null && names.includes(target.called) ? target.called : null
      if (called !== target.called) await queries.uncall(tx, target)
      return {
        kind: 'edited',
        by: actor.id,
        detail: { reason },
        assignment: queries.edited(tx, content, people, called),
        mentioned,
      }
    })
  }

  /** One's own, or with `delete_all_messages` anybody's. What was said is gone from the database. MESSAGE_NOT_FOUND, PERMISSION_DENIED. */
  async function remove(
    actor: Actor,
    { message_id, reason: said }: { message_id: number; reason?: string },
  ): Promise<Changed> {
    const reason = reasonOf('reason', said)
    return change(actor, message_id, async (tx, target) => {
      const permission = target.author_id === actor.id ? 'delete_own_messages' : 'delete_all_messages'
      const allowed = permission === 'delete_own_messages' ? may(actor, permission) : mayIn(actor, target, permission)
      if (!allowed) throw new AppError('PERMISSION_DENIED', { permission })
      const { conversation_id, author_id } = target
      if (target.deleted_at !== null)
        return {
          unchanged: { ...placeOf(target), message_id, deleted_by: target.deleted_by, reason: target.delete_reason },
        }
      await queries.strip(tx, target)
      await audit.record(tx, {
        actor,
        action: 'message.delete',
        outcome: 'success',
        target: { type: 'message', id: message_id },
        conversation_id,
        details: { author_id, reason },
      })
      return { kind: 'deleted', by: actor.id, detail: { reason }, assignment: queries.deleted(tx, actor.id, reason) }
    })
  }

  return { change, edit, remove }
}

/** Changes whose event is the whole message; of the others it need not be read, which takes long where thousands have reacted. */
const carriesMessage: ReadonlySet<Change['change']> = new Set(['edited', 'pinned', 'unpinned'])

const missing = (before: readonly number[], now: readonly number[]) => before.filter((each) => !now.includes(each))

export const messageNow = async (tx: Sql, message_id: number): Promise<Message> =>
  toMessage(only(await byIds(tx, [message_id])))

function reasonOf(field: string, text: string | undefined): string | null {
  if (text !== undefined) requireStorable(field, text)
  return text ?? null
}

export const placeOf = ({ conversation_id, room_name }: { conversation_id: number; room_name: string | null }) =>
  room_name === null ? { conversation_id } : { room_id: conversation_id, room_name }

/** What one may not see does not exist; a public room one has not joined does. */
export function requireVisible<T extends Pick<Target, 'role' | 'is_public'>>(
  target: T | undefined,
  message_id: number,
): asserts target is T {
  if (target === undefined || (target.role === null && !target.is_public))
    throw new AppError('MESSAGE_NOT_FOUND', { message_id })
  if (target.role === null) throw new AppError('PERMISSION_DENIED', { reason: 'join the room first' })
}

/** What sending a message would need too, and a message that is still there. */
export function requireSpeech(target: Target): void {
  if (target.deleted_at !== null) throw new AppError('MESSAGE_NOT_FOUND', { message_id: target.id })
  requireOpen(target)
  if (target.muted_for !== null) throw new AppError('USER_MUTED', undefined, Math.max(1, target.muted_for))
}

/** A conversation that can be changed, by somebody who may be here at all. */
export function requireOpen({ is_active, archived_at, is_blocked }: Target): void {
  if (!is_active) throw new AppError('USER_BANNED')
  if (archived_at !== null) throw new AppError('PERMISSION_DENIED', { reason: 'archived' })
  if (is_blocked) throw new AppError('CONVERSATION_BLOCKED')
}
