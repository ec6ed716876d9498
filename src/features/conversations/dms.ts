import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { may } from '../../kernel/permissions.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import { publicView } from '../users/index.ts'
import type { Access } from './access.ts'
import type { BlockPage, BlockQuery } from './block-schema.ts'
import { decodeId, encodeId } from './id-cursor.ts'
import * as dmQueries from './dm-queries.ts'
import * as queries from './queries.ts'
import type { CreateDm } from './schema.ts'
import type { Tell } from './tell.ts'

export interface DmsParts {
  sql: Sql
  audit: Audit<Sql>
  access: Access
  tell: Tell
  settleReads(user_id: number): Promise<void>
}

/** DMs as conversations: the pair, not who began, identifies one. */
export function createDms({ sql, audit, access, tell, settleReads }: DmsParts) {
  /**
   * The same pair always gives the same conversation. USER_NOT_FOUND; PERMISSION_DENIED when the caller is not one of the two; USER_BLOCKED when there is none yet and
   * the other has blocked the caller.
   */
  const createDm = async (actor: Actor, wanted: CreateDm) => (await openDm(actor, wanted)).dm

  /** As `createDm`, and whether it was made now. */
  async function openDm(actor: Actor, wanted: CreateDm) {
    if (!may(actor, 'send_dm')) throw new AppError('PERMISSION_DENIED', { permission: 'send_dm' })
    const other = otherOf(actor, wanted)
    if ((await queries.activeUser(sql, other)) === undefined) throw new AppError('USER_NOT_FOUND', { user_id: other })
    const [user1_id, user2_id] = actor.id < other ? [actor.id, other] : [other, actor.id]
    const blocks = await dmQueries.blocksBetween(sql, actor.id, other)
    const dm = await transact(sql, async (tx) => {
      const there = await dmQueries.findDm(tx, user1_id, user2_id)
      if (there !== undefined) return there
      if (blocks.by_other) throw new AppError('USER_BLOCKED', { user_id: other })
      const opened = await dmQueries.openDm(tx, user1_id, user2_id, actor.id)
      if (opened.created) await record(tx, actor, 'dm.create', opened.id, { user_id: other })
      return opened
    })
    if (dm.created) for (const user_id of new Set([user1_id, user2_id])) tell.entered(dm.id, user_id)
    const described = {
      conversation_id: dm.id,
      user1_id,
      user2_id,
      is_blocked: blocks.by_one || blocks.by_other,
      created_at: dm.created_at.toISOString(),
    }
    return { dm: described, created: dm.created }
  }

  /** Blocks the other person of a DM, or lifts one's own block. Gives what tells the actor's other sockets; the other person is not told. */
  async function blockDm(actor: Actor, conversation_id: number, block: boolean) {
    const row = await access.member(actor, { conversation_id })
    const other = row.dm_low === actor.id ? row.dm_high : row.dm_low
    if (other === null || other === actor.id)
      throw new AppError('RESOURCE_CONFLICT', { reason: 'one cannot block oneself' })
    // Under the lock that a message takes: after the answer, none arrives.
    const { changed, blocks } = await access.locked(row.id, actor, async (tx) => {
      const changed = await dmQueries.setBlock(tx, actor.id, other, block)
      if (changed) await record(tx, actor, 'dm.block', row.id, { user_id: other, block })
      return { changed, blocks: await dmQueries.blocksBetween(tx, actor.id, other) }
    })
    if (changed) tell.standing.dm(row.id, actor.id, other)
    const result = { conversation_id, is_blocked: blocks.by_one || blocks.by_other, blocked_by_you: blocks.by_one }
    return { result, tellOwn: () => changed && tell.own(actor.id, 'dm_blocked', result) }
  }

  /**
   * Blocks somebody, or lifts one's own block, whether or not there is a DM; of the one there is, as `blockDm` does. USER_NOT_FOUND; RESOURCE_CONFLICT for oneself.
   */
  async function blockUser(actor: Actor, user_id: number, block: boolean): Promise<void> {
    if (user_id === actor.id) throw new AppError('RESOURCE_CONFLICT', { reason: 'one cannot block oneself' })
    if ((await queries.activeUser(sql, user_id)) === undefined) throw new AppError('USER_NOT_FOUND', { user_id })
    const find = () => dmQueries.findDm(sql, Math.min(actor.id, user_id), Math.max(actor.id, user_id))
    const known = await find()
    if (known !== undefined) {
      const { tellOwn } = await blockDm(actor, known.id, block)
      return void tellOwn()
    }
    const changed = await transact(sql, async (tx) => {
      const set = await dmQueries.setBlock(tx, actor.id, user_id, block)
      const target = { type: 'user', id: user_id } as const
      if (set) await audit.record(tx, { actor, action: 'user.block', outcome: 'success', target, details: { block } })
      return set
    })
    // They may have begun to write to each other meanwhile: what was being sent is sent when the lock is had.
    const dm = await find()
    if (dm === undefined || !changed) return
    await access.locked(dm.id, actor, () => Promise.resolve())
    tell.standing.dm(dm.id, actor.id, user_id)
  }

  /** Whom the actor has blocked, by their ids. VALIDATION_FAILED for a strange cursor. */
  async function blocks(actor: Actor, { limit = 50, cursor }: BlockQuery): Promise<BlockPage> {
    const after = cursor === undefined ? 0 : decodeId(cursor)
    const rows = await dmQueries.blockedBy(sql, actor.id, after, limit + 1)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      blocks: page.map(({ blocked_at, ...user }) => ({
        user: publicView(user),
        blocked_at: blocked_at.toISOString(),
      })),
      next_cursor: rows.length > limit && last !== undefined ? encodeId(last.id) : null,
    }
  }

  /** The caller's DMs, the one with the newest message first; without their last messages, which the messages feature adds. */
  async function dms(actor: Actor, limit = 50, cursor?: string) {
    await settleReads(actor.id)
    const rows = await queries.listDms(
      sql,
      actor.id,
      limit + 1,
      cursor === undefined ? undefined : decodeCursor(cursor),
    )
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next_cursor = rows.length > limit && last !== undefined ? encodeCursor(last) : null
    return { page, next_cursor }
  }

  /** One of the caller's DMs, as in the list. CONVERSATION_NOT_FOUND. */
  async function dm(actor: Actor, conversation_id: number) {
    await settleReads(actor.id)
    const row = await queries.findDm(sql, actor.id, conversation_id)
    if (row === undefined) throw new AppError('CONVERSATION_NOT_FOUND', { conversation_id })
    return row
  }

  const record = (tx: Sql, actor: Actor, action: string, id: number, details: Record<string, unknown>) =>
    audit.record(tx, { actor, action, outcome: 'success', target: { type: 'dm', id }, conversation_id: id, details })

  return { createDm, openDm, blockDm, blockUser, blocks, dm, dms }
}

function otherOf(actor: Actor, { user_id, user1_id, user2_id }: CreateDm): number {
  if (user_id !== undefined && user1_id === undefined && user2_id === undefined) return user_id
  if (user_id !== undefined || user1_id === undefined || user2_id === undefined) {
    throw new AppError('VALIDATION_FAILED', [{ field: 'user_id', reason: 'give user_id, or user1_id and user2_id' }])
  }
  if (user1_id === actor.id) return user2_id
  if (user2_id === actor.id) return user1_id
  throw new AppError('PERMISSION_DENIED', { reason: 'one of the two must be you' })
}

const encodeCursor = ({ last_message_id, conversation_id }: queries.DmRow) =>
  Buffer.from(`${last_message_id ?? 0}.${conversation_id}`).toString('base64url')

function decodeCursor(cursor: string) {
  const [, message, conversation] = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (message === undefined || conversation === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return { message: Number(message), conversation: Number(conversation) }
}
