import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { mayIn } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Conversations } from '../conversations/index.ts'
import * as queries from './change-queries.ts'
import type { Target } from './change-queries.ts'
import { type Changed, type createChanges, messageNow, placeOf, requireOpen } from './changes.ts'
import { toMessage } from './message.ts'
import type { ChangedMessage, PinMessage } from './schema.ts'

export interface PinsOptions {
  sql: Sql
  audit: Audit<Sql>
  conversations: Conversations
  change: ReturnType<typeof createChanges>['change']
  limits: { max_pins_per_conversation: number }
}

/** Messages that a conversation keeps in sight. */
export function createPins({ sql, audit, conversations, change, limits }: PinsOptions) {
  /** MESSAGE_NOT_FOUND, PERMISSION_DENIED, CONVERSATION_BLOCKED; RESOURCE_CONFLICT over the limit of pins. */
  async function pin(
    actor: Actor,
    { message_id, pin: wanted = true, ...reference }: PinMessage,
  ): Promise<Changed<ChangedMessage>> {
    return change(actor, message_id, async (tx, target) => {
      requireThere(target, reference)
      if (!mayIn(actor, target, 'pin_messages')) throw new AppError('PERMISSION_DENIED', { permission: 'pin_messages' })
      if (target.deleted_at !== null) throw new AppError('MESSAGE_NOT_FOUND', { message_id })
      requireOpen(target)
      if ((target.pinned_at !== null) === wanted) return { unchanged: await messageNow(tx, message_id) }
      if (wanted) await requireSpace(tx, target.conversation_id)
      await audit.record(tx, {
        actor,
        action: wanted ? 'message.pin' : 'message.unpin',
        outcome: 'success',
        target: { type: 'message', id: message_id },
        conversation_id: target.conversation_id,
      })
      return {
        kind: wanted ? 'pinned' : 'unpinned',
        by: actor.id,
        detail: {},
        assignment: wanted ? queries.pinned(tx, actor.id) : queries.unpinned(tx),
      }
    })
  }

  async function requireSpace(tx: Sql, conversation_id: number): Promise<void> {
    const max = limits.max_pins_per_conversation
    if (max > 0 && (await queries.countPinned(tx, conversation_id)) >= max)
      throw new AppError('RESOURCE_CONFLICT', { reason: 'too many pinned messages', max_pins_per_conversation: max })
  }

  /** The newest thousand, the one pinned last first. */
  async function pinned(actor: Actor, reference: Pick<PinMessage, 'room_id' | 'conversation_id'>) {
    const { id, kind } = await conversations.member(actor, reference)
    const rows = await queries.listPinned(sql, id, most_pinned)
    return { ...(kind === 'dm' ? { conversation_id: id } : { room_id: id }), messages: rows.map(toMessage) }
  }

  return { pin, pinned }
}

const most_pinned = 1000

/** The conversation may be left out; if it is named, the message must be there. */
function requireThere(target: Target, { room_id, conversation_id }: Pick<PinMessage, 'room_id' | 'conversation_id'>) {
  const named = room_id ?? conversation_id
  if (named === undefined) return
  const isDm = target.kind === 'dm'
  const there =
    isDm === (room_id === undefined) &&
    (typeof named === 'string' ? named === target.slug : named === target.conversation_id)
  if (!there) throw new AppError('MESSAGE_NOT_FOUND', { message_id: target.id, ...placeOf(target) })
}
