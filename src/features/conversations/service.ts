import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { only } from '../../kernel/only.ts'
import { may } from '../../kernel/permissions.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { onConstraint, type Sql, transact } from '../../platform/db/index.ts'
import type { CatchUp, Place, Places, Reference } from '../../transport/ws/index.ts'
import { createDms } from './dms.ts'
import * as queries from './queries.ts'
import type { ConversationRow } from './queries.ts'
import type { Room, RoomDraft, RoomFilter, RoomQuery } from './schema.ts'

export interface ConversationsOptions {
  sql: Sql
  bus: Bus
  audit: Audit<Sql>
  /** 0 means no limit. */
  limits: { max_rooms_per_user: number }
}

export type Conversations = ReturnType<typeof createConversations>

/** Rooms and DMs, who is in them, and how they are told. What an actor may not see does not exist: ROOM_NOT_FOUND or CONVERSATION_NOT_FOUND. */
export function createConversations({ sql, bus, limits }: ConversationsOptions) {
  /** RESOURCE_CONFLICT when the actor is in as many rooms as one may be. */
  async function requireSpace(actor: Actor): Promise<void> {
    const limit = limits.max_rooms_per_user
    if (limit > 0 && (await queries.countRooms(sql, actor.id)) >= limit)
      throw new AppError('RESOURCE_CONFLICT', { reason: 'in too many rooms', max_rooms_per_user: limit })
  }

  /** A conversation the actor is a member of. PERMISSION_DENIED for a public room not joined. */
  async function member(actor: Actor, reference: Reference): Promise<ConversationRow> {
    const { ref, dm, missing } = named(reference)
    const row = await queries.find(sql, actor.id, ref)
    if (row === undefined || (row.kind === 'dm') !== dm || (row.role === null && !row.is_public))
      throw new AppError(missing)
    if (row.role === null) throw new AppError('PERMISSION_DENIED', { reason: 'join the room first' })
    return row
  }

  /** A conversation to join: a public room makes the actor a member. ROOM_FULL; PERMISSION_DENIED when it is archived. */
  async function enter(actor: Actor, reference: Reference): Promise<ConversationRow> {
    const { ref, dm, missing } = named(reference)
    const row = await queries.find(sql, actor.id, ref)
    if (row === undefined || (row.kind === 'dm') !== dm) throw new AppError(missing)
    if (row.role !== null) return row
    if (!row.is_public) throw new AppError(missing)
    if (!may(actor.role, 'join_rooms')) throw new AppError('PERMISSION_DENIED', { permission: 'join_rooms' })
    await requireSpace(actor)
    const added = await transact(sql, async (tx) => {
      const room = await queries.lock(tx, row.id)
      if (room === undefined) throw new AppError(missing)
      if (room.archived_at !== null) throw new AppError('PERMISSION_DENIED', { reason: 'archived' })
      if (room.max_members !== null && room.member_count >= room.max_members)
        throw new AppError('ROOM_FULL', { max_members: room.max_members })
      return queries.addMember(tx, row.id, actor.id, 'member')
    })
    if (added)
      announce(row.id, 'member_joined', {
        room_id: row.id,
        user_id: actor.id,
        username: actor.username,
        role: 'member',
      })
    return (await queries.find(sql, actor.id, row.id)) ?? row
  }

  /** Ends the membership. RESOURCE_CONFLICT for the last owner while others remain. */
  async function forget(actor: Actor, row: ConversationRow): Promise<void> {
    if (row.kind === 'dm') throw new AppError('RESOURCE_CONFLICT', { reason: 'a DM cannot be left for good' })
    const removed = await transact(sql, async (tx) => {
      const room = await queries.lock(tx, row.id)
      if (room === undefined) throw new AppError('ROOM_NOT_FOUND')
      const last =
        row.role === 'owner' && room.member_count > 1 && (await queries.otherOwners(tx, row.id, actor.id)) === 0
      if (last)
        throw new AppError('RESOURCE_CONFLICT', {
          reason: 'the last owner cannot leave; give the room to somebody first',
        })
      return queries.removeMember(tx, row.id, actor.id)
    })
    if (!removed) return
    bus.publish([`u:${actor.id}`], { v: 1, kind: 'left', conversation_id: row.id, user_id: actor.id })
    announce(row.id, 'member_left', { room_id: row.id, user_id: actor.id, username: actor.username })
  }

  const announce = (conversation_id: number, type: string, data: object) =>
    bus.publish([`c:${conversation_id}`], {
      v: 1,
      kind: 'room',
      conversation_id,
      frame: JSON.stringify({ type, data }),
    })

  /** RESOURCE_CONFLICT when the slug is taken. */
  async function createRoom(actor: Actor, draft: RoomDraft): Promise<Room> {
    if (!may(actor.role, 'create_rooms')) throw new AppError('PERMISSION_DENIED', { permission: 'create_rooms' })
    if (draft.message_retention_days !== undefined)
      throw new AppError('FEATURE_DISABLED', { feature: 'message_retention_days' })
    const name = draft.name.trim().normalize('NFC')
    if (name === '') throw new AppError('VALIDATION_FAILED', [{ field: 'name', reason: 'must not be blank' }])
    const slug = draft.slug ?? (await freeSlug(slugOf(name)))
    if (/^\d+$/.test(slug))
      throw new AppError('VALIDATION_FAILED', [
        { field: 'slug', reason: 'must not be only digits, or it would look like an id' },
      ])
    await requireSpace(actor)
    const id = await transact(sql, async (tx) => {
      const room_id = await queries.insertRoom(tx, actor.id, { ...draft, name, slug })
      await queries.addMember(tx, room_id, actor.id, 'owner')
      return room_id
    }).catch(onConstraint('conversation_slug_key', () => new AppError('RESOURCE_CONFLICT', { field: 'slug', slug })))
    return toRoom(only([await queries.find(sql, actor.id, id)].filter((row) => row !== undefined)))
  }

  /** A slug made from a name gives way to one that is taken, without telling whose that is. */
  async function freeSlug(slug: string): Promise<string> {
    const taken = await queries.isSlugTaken(sql, slug)
    return taken ? `${slug.slice(0, 55)}-${crypto.randomUUID().slice(0, 8)}` : slug
  }

  /** ROOM_NOT_FOUND for what the actor may not see. */
  async function room(actor: Actor, ref: number | string): Promise<Room> {
    const row = await queries.find(sql, actor.id, ref)
    if (row === undefined || row.kind === 'dm' || (row.role === null && !row.is_public))
      throw new AppError('ROOM_NOT_FOUND')
    return toRoom(row)
  }

  async function listRooms(actor: Actor, { filter = '', search = '', limit = 50, offset = 0 }: RoomQuery) {
    const filters = new Set(filter.split(',').filter(Boolean) as RoomFilter[])
    const rows = await queries.listRooms(sql, actor.id, { filters, search: search.trim(), limit, offset })
    const total_count = rows[0]?.total ?? 0
    return { rooms: rows.map(toRoom), total_count, has_more: offset + rows.length < total_count }
  }

  const places: Places = {
    all: async (actor) => (await queries.joinedRooms(sql, actor.id)).map(placeOf),
    some: async (actor, references) => {
      const rows = await queries.findJoined(sql, actor.id, references)
      const found = new Map(rows.map((row) => [row.position, row]))
      return references.map((_, index) => {
        const row = found.get(index + 1)
        return row === undefined ? null : placeOf(row)
      })
    },
    memberships: async (actor) =>
      (await queries.memberships(sql, actor.id)).map((row) => ({
        [row.kind === 'dm' ? 'conversation_id' : 'room_id']: row.id,
        name: row.name,
        seq: row.last_seq,
        message_number: row.message_count,
        last_read_number: row.last_read_number,
        unread_count: row.message_count - row.last_read_number,
        mention_count: row.mention_count,
      })),
  }

  return { member, enter, forget, createRoom, room, listRooms, places, ...createDms(sql) }
}

/** What a reference names, and which error says that it is not there. VALIDATION_FAILED unless it names exactly one. */
function named({ room_id, conversation_id }: Reference): {
  ref: number | string
  dm: boolean
  missing: 'ROOM_NOT_FOUND' | 'CONVERSATION_NOT_FOUND'
} {
  if (room_id !== undefined && conversation_id === undefined)
    return { ref: room_id, dm: false, missing: 'ROOM_NOT_FOUND' }
  if (conversation_id !== undefined && room_id === undefined)
    return { ref: conversation_id, dm: true, missing: 'CONVERSATION_NOT_FOUND' }
  throw new AppError('VALIDATION_FAILED', [
    { field: 'room_id', reason: 'give room_id or conversation_id, and only one of them' },
  ])
}

/** The two people of a DM. */
const pairOf = ({ dm_low, dm_high }: ConversationRow): number[] => [dm_low, dm_high].filter((id) => id !== null)

/** How a socket follows this conversation and is told where it stands. */
export const placeOf = (row: ConversationRow): Place => ({
  conversation_id: row.id,
  audience: row.kind === 'dm' ? pairOf(row) : null,
  describe: ({ seq, missed, reset }: CatchUp) => ({ ...described(row), seq, missed, reset: reset || undefined }),
})

const described = (row: ConversationRow) => {
  if (row.kind === 'dm') {
    return {
      conversation_id: row.id,
      user1_id: row.dm_low,
      user2_id: row.dm_high,
      member_count: row.member_count,
      user_role: row.role,
      is_public: false,
      last_message_id: row.last_message_id,
    }
  }
  return {
    room_id: row.id,
    room_name: row.name,
    slug: row.slug,
    member_count: row.member_count,
    user_role: row.role,
    is_public: row.is_public,
    last_message_id: row.last_message_id,
  }
}

const toRoom = (row: ConversationRow): Room => ({
  id: row.id,
  room_id: row.id,
  uuid: row.uuid,
  slug: row.slug ?? '',
  name: row.name ?? '',
  description: row.description,
  topic: row.topic,
  kind: row.kind as Room['kind'],
  is_public: row.is_public,
  is_archived: row.archived_at !== null,
  max_members: row.max_members,
  slow_mode_seconds: row.slow_mode_seconds,
  message_retention_days: row.message_retention_days,
  member_count: row.member_count,
  user_role: row.role,
  last_message_id: row.last_message_id,
  created_by: row.created_by,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
})

/** "Café des Amis" becomes "cafe-des-amis". A name without any Latin letter or digit gets a random slug. */
function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') // prettier-ignore
  const slug = plain.slice(0, 64).replaceAll(/^-+|-+$/g, '')
  if (slug === '' || /^\d+$/.test(slug)) return `room-${slug || crypto.randomUUID().slice(0, 8)}`
  return slug
}
