import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { may } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './change-queries.ts'
import type { Target } from './change-queries.ts'
import { type Changed, type createChanges, placeOf, requireSpeech, requireVisible } from './changes.ts'
import type { ReactionChanged } from './schema.ts'

export interface ReactionsOptions {
  sql: Sql
  change: ReturnType<typeof createChanges>['change']
  limits: { max_reactions_per_message: number }
}

/** How many people `get_reactions` names for each emoji. */
const most_people = 100

/** One emoji of Unicode's recommended set (UTS 51), or a name between colons for those of an application's own. */
const emoji_form = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}|:[a-z0-9_+\-]{1,64}:)$/v

export function createReactions({ sql, change, limits }: ReactionsOptions) {
  /** MESSAGE_NOT_FOUND, PERMISSION_DENIED, USER_MUTED, CONVERSATION_BLOCKED; RESOURCE_CONFLICT over the limit of different emoji. */
  async function add(actor: Actor, wanted: { message_id: number; emoji: string }): Promise<Changed<ReactionChanged>> {
    const emoji = emojiOf(wanted.emoji)
    return change(actor, wanted.message_id, async (tx, target) => {
      requireToReact(actor)
      requireSpeech(target)
      const added = await queries.addReaction(tx, target, actor.id, emoji)
      const count = await queries.countReactions(tx, target.id, emoji)
      if (!added) return { unchanged: reaction(actor, target, emoji, count) }
      const max = limits.max_reactions_per_message
      if (max > 0 && count === 1 && (await queries.countEmoji(tx, target.id)) > max)
        throw new AppError('RESOURCE_CONFLICT', {
          reason: 'too many different reactions',
          max_reactions_per_message: max,
        })
      return { kind: 'reaction_added', by: actor.id, detail: { emoji, count }, assignment: queries.reacted(tx, 1) }
    })
  }

  /** MESSAGE_NOT_FOUND, PERMISSION_DENIED, USER_MUTED, CONVERSATION_BLOCKED. */
  async function remove(
    actor: Actor,
    wanted: { message_id: number; emoji: string },
  ): Promise<Changed<ReactionChanged>> {
    const emoji = emojiOf(wanted.emoji)
    return change(actor, wanted.message_id, async (tx, target) => {
      requireToReact(actor)
      requireSpeech(target)
      const removed = await queries.removeReaction(tx, target, actor.id, emoji)
      const count = await queries.countReactions(tx, target.id, emoji)
      if (!removed) return { unchanged: reaction(actor, target, emoji, count) }
      return { kind: 'reaction_removed', by: actor.id, detail: { emoji, count }, assignment: queries.reacted(tx, -1) }
    })
  }

  /** By emoji, the first used first, with the first hundred people of each. MESSAGE_NOT_FOUND, PERMISSION_DENIED. */
  async function list(actor: Actor, { message_id }: { message_id: number }) {
    const target = await queries.target(sql, actor.id, message_id)
    requireVisible(target, message_id)
    const reactions = await queries.listReactions(sql, message_id, most_people)
    const total_reactions = reactions.reduce((sum, { count }) => sum + count, 0)
    return { ...placeOf(target), message_id, total_reactions, reactions: [...reactions] }
  }

  return { add, remove, list }
}

function requireToReact(actor: Actor): void {
  if (!may(actor, 'add_reactions')) throw new AppError('PERMISSION_DENIED', { permission: 'add_reactions' })
}

const reaction = (actor: Actor, target: Target, emoji: string, count: number) => ({
  ...placeOf(target),
  message_id: target.id,
  user_id: actor.id,
  username: actor.username,
  emoji,
  count,
})

/** NFC, so that the same emoji is the same reaction. VALIDATION_FAILED. */
function emojiOf(text: string): string {
  const emoji = text.normalize('NFC')
  if (emoji_form.test(emoji)) return emoji
  throw new AppError('VALIDATION_FAILED', [{ field: 'emoji', reason: 'one emoji, or a name such as :party:' }])
}
