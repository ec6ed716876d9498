import type { Actor } from '../../kernel/actor.ts'
import type { Audit, AuditEntry } from '../../kernel/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { only } from '../../kernel/only.ts'
import { may } from '../../kernel/permissions.ts'
import { onConstraint, type Sql, transact } from '../../platform/db/index.ts'
import { type ApiKeys, isReserved } from '../accounts/index.ts'
import * as queries from './queries.ts'
import type { BotRow } from './queries.ts'
import type { Bot, BotChange, BotPage, BotQuery, NewBot } from './schema.ts'

export interface BotParts {
  sql: Sql
  audit: Audit<Sql>
  /** What a bot's deletion ends. */
  apiKeys: Pick<ApiKeys, 'revoking'>
  /** Ends the memberships of users within a transaction; gives what tells of it. */
  leaveAll(tx: Sql, actor: Actor, users: readonly { id: number; username: string }[]): Promise<() => void>
  clock: Clock
  limits: { max_bots_per_user: number }
}

export type Bots = ReturnType<typeof createBots>

/** Users that programs act as. A bot has an owner and no password: API keys are its only way in. */
export function createBots({ sql, audit, apiKeys, leaveAll, clock, limits }: BotParts) {
  const { max_bots_per_user } = limits

  /** One's own, or with `manage_users` anybody's. Others do not exist. */
  function seenBy(actor: Actor, [bot]: BotRow[]): BotRow {
    if (bot === undefined || !(bot.owner_id === actor.id || may(actor, 'manage_users')))
      throw new AppError('USER_NOT_FOUND')
    return bot
  }

  return {
    /** Throws `PERMISSION_DENIED`, `RESOURCE_CONFLICT` (details: `field` or `reason`), `VALIDATION_FAILED`. */
    create: async (actor: Actor, { username, display_name = null }: NewBot): Promise<Bot> => {
      if (!may(actor, 'create_bots')) throw new AppError('PERMISSION_DENIED', { permission: 'create_bots' })
      requireFree(username)
      const row = await transact(sql, async (tx) => {
        const [owner] = await queries.lockOwner(tx, actor.id)
        if (owner === undefined) throw new AppError('SESSION_REVOKED')
        // It would work on when its owner's owner is banned.
        if (owner.is_bot) throw new AppError('PERMISSION_DENIED', { reason: 'a bot owns no bots' })
        const { count } = only(await queries.countBots(tx, actor.id))
        if (max_bots_per_user > 0 && count >= max_bots_per_user)
          throw new AppError('RESOURCE_CONFLICT', { reason: 'too many bots', max_bots_per_user })
        const bot = { username, display_name: shownName(display_name), owner_id: actor.id }
        const made = only(await queries.insertBot(tx, bot))
        await audit.record(tx, deed(actor, 'bot.create', made.id, { username }))
        return made
      }).catch(nameTaken)
      return view(row)
    },

    /** One's own, or with `manage_users` all, the oldest first. */
    list: async (actor: Actor, { limit = 50, cursor = 0 }: BotQuery): Promise<BotPage> => {
      const owner_id = may(actor, 'manage_users') ? null : actor.id
      const rows = await queries.botsAfter(sql, owner_id, cursor, limit + 1)
      const bots = rows.slice(0, limit).map(view)
      return { bots, next_cursor: rows.length > limit ? (bots.at(-1)?.id ?? null) : null }
    },

    /** Throws `USER_NOT_FOUND`. */
    find: async (actor: Actor, id: number): Promise<Bot> => view(seenBy(actor, await queries.findBot(sql, id))),

    /** Throws `USER_NOT_FOUND`, `RESOURCE_CONFLICT` (details: `field`), `VALIDATION_FAILED`. */
    change: async (actor: Actor, id: number, change: BotChange): Promise<Bot> => {
      const row = await transact(sql, async (tx) => {
        const before = seenBy(actor, await queries.lockBot(tx, id))
        const username = change.username ?? before.username
        const display_name = change.display_name === undefined ? before.display_name : shownName(change.display_name)
        if (username === before.username && display_name === before.display_name) return before
        if (username !== before.username) requireFree(username)
        const from = { username: before.username, display_name: before.display_name }
        await audit.record(tx, deed(actor, 'bot.update', id, { from, to: { username, display_name } }))
        return only(await queries.updateBot(tx, id, { username, display_name, now: clock.now() }))
      }).catch(nameTaken)
      return view(row)
    },

    /**
     * Ends its keys at once, and its sockets within a second; it leaves its rooms. What it wrote stays, and its name stays taken. `USER_NOT_FOUND`; `RESOURCE_CONFLICT` for
     * the last owner of rooms where others remain.
     */
    remove: async (actor: Actor, id: number): Promise<void> => {
      const tell = await transact(sql, async (tx) => {
        // Rooms first, then the bot: in this order everybody takes them.
        const tellRooms = await leaveAll(tx, actor, [seenBy(actor, await queries.findBot(tx, id))])
        const bot = seenBy(actor, await queries.lockBot(tx, id))
        await queries.deleteBot(tx, id, clock.now())
        await audit.record(tx, deed(actor, 'bot.delete', id, { username: bot.username, owner_id: bot.owner_id }))
        const tellKeys = await apiKeys.revoking(id, null, actor)(tx)
        return () => {
          tellRooms()
          tellKeys()
        }
      })
      tell()
    },
  }
}

const nameTaken = onConstraint('user_username_key', () => new AppError('RESOURCE_CONFLICT', { field: 'username' }))

const deed = (actor: Actor, action: string, id: number, details: Record<string, unknown>): AuditEntry => ({
  actor,
  action,
  outcome: 'success',
  target: { type: 'user', id },
  details,
})

function requireFree(username: string): void {
  if (isReserved(username)) throw new AppError('RESOURCE_CONFLICT', { field: 'username' })
}

/** Null for what cannot be seen. */
const shownName = (text: string | null): string | null => text?.trim().normalize('NFC') || null

const view = ({ created_at, ...row }: BotRow): Bot => ({ ...row, is_bot: true, created_at: created_at.toISOString() })
