import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { only } from '../../kernel/only.ts'
import { may } from '../../kernel/permissions.ts'
import { onConstraint, type Sql, transact } from '../../platform/db/index.ts'
import { type Access, requireInRoom } from './access.ts'
import { addMember } from './member-queries.ts'
import * as queries from './queries.ts'
import type { Membership } from './membership.ts'
import type { ConversationRow } from './queries.ts'
import * as roomQueries from './room-queries.ts'
import type { Room, RoomChange, RoomDraft, RoomFilter, RoomQuery } from './schema.ts'
import { requireSlug, slugsFor } from './slugs.ts'
import type { Tell } from './tell.ts'
import { toRoom } from './view.ts'

export interface RoomsParts {
  sql: Sql
  audit: Audit<Sql>
  access: Access
  tell: Tell
  membership: Membership
}

type Ref = number | string

export function createRooms({ sql, audit, access, tell, membership }: RoomsParts) {
  const { requireSpace, enter } = membership

  /** RESOURCE_CONFLICT when the slug is taken. */
  async function createRoom(actor: Actor, draft: RoomDraft): Promise<Room> {
    if (!may(actor, 'create_rooms')) throw new AppError('PERMISSION_DENIED', { permission: 'create_rooms' })
    const name = shownName(draft.name)
    if (draft.slug !== undefined) requireSlug(draft.slug)
    const id = await transact(sql, async (tx) => {
      await requireSpace(tx, actor.id)
      for (const slug of draft.slug === undefined ? slugsFor(name) : [draft.slug]) {
        const room_id = await roomQueries.insertRoom(tx, actor.id, { ...draft, name, slug })
        if (room_id === undefined) continue
        await addMember(tx, room_id, actor.id, 'owner')
        await record(tx, actor, room_id, 'room.create', { name, slug, is_public: draft.is_public })
        return room_id
      }
      throw new AppError('RESOURCE_CONFLICT', { field: 'slug', slug: draft.slug })
    })
    tell.entered(id, actor.id)
    const told = { room_id: id, user_id: actor.id, username: actor.username, role: 'owner' }
    tell.about(actor.id, id, 'member_joined', told)
    return toRoom(only([await queries.find(sql, actor.id, id)].filter((row) => row !== undefined)))
  }

  async function listRooms(actor: Actor, { filter = '', search = '', limit = 50, offset = 0 }: RoomQuery) {
    const filters = new Set(filter.split(',').filter(Boolean) as RoomFilter[])
    const rows = await roomQueries.listRooms(sql, actor.id, { filters, search: search.trim(), limit, offset })
    const total_count = rows[0]?.total ?? 0
    return { rooms: rows.map(toRoom), total_count, has_more: offset + rows.length < total_count }
  }

  /** Changes what is named and different. RESOURCE_CONFLICT when the slug is taken. */
  async function changeRoom(actor: Actor, ref: Ref, wanted: RoomChange): Promise<Room> {
    if (wanted.slug !== undefined) requireSlug(wanted.slug)
    const named = wanted.name === undefined ? wanted : { ...wanted, name: shownName(wanted.name) }
    const { room, changed } = await access
      .lockedRoom(actor, ref, async (tx, before) => {
        requireInRoom(actor, before, 'manage_rooms')
        const fields = changeable.filter((field) => named[field] !== undefined && named[field] !== before[field])
        if (fields.length === 0) return { room: before, changed: false }
        const pick = (from: RoomChange | ConversationRow) =>
          Object.fromEntries(fields.map((name) => [name, from[name]]))
        await roomQueries.changeRoom(tx, before.id, pick(named))
        await record(tx, actor, before.id, 'room.update', { from: pick(before), to: pick(named) })
        return { room: await again(tx, actor, before), changed: true }
      })
      .catch(slugTaken(wanted.slug))
    if (changed) tellUpdated(room)
    return toRoom(room)
  }

  /** An archived room is read, and nobody writes in it or becomes a member. */
  async function archiveRoom(actor: Actor, ref: Ref, archived: boolean): Promise<Room> {
    const { room, changed } = await access.lockedRoom(actor, ref, async (tx, before) => {
      requireInRoom(actor, before, 'manage_rooms')
      if ((before.archived_at !== null) === archived) return { room: before, changed: false }
      await roomQueries.archiveRoom(tx, before.id, archived)
      await record(tx, actor, before.id, 'room.archive', { archived })
      return { room: await again(tx, actor, before), changed: true }
    })
    if (changed) tellUpdated(room)
    return toRoom(room)
  }

  /** From then on the room does not exist, and no socket follows it. */
  async function deleteRoom(actor: Actor, ref: Ref): Promise<void> {
    const { id, name, slug } = await access.lockedRoom(actor, ref, async (tx, room) => {
      requireInRoom(actor, room, 'delete_rooms')
      await roomQueries.deleteRoom(tx, room.id)
      await record(tx, actor, room.id, 'room.delete', { name: room.name, slug: room.slug })
      return room
    })
    const { id: user_id, username } = actor
    tell.closed(id, 'room_deleted', { room_id: id, room_name: name, slug, user_id, username })
  }

  /** As over a socket, without the live feed. */
  async function joinRoom(actor: Actor, ref: Ref): Promise<Room> {
    const { row, tellOwn } = await enter(actor, { room_id: ref })
    tellOwn()
    return toRoom(row)
  }

  const record = (tx: Sql, actor: Actor, id: number, action: string, details: Record<string, unknown>) =>
    audit.record(tx, { actor, action, outcome: 'success', target: { type: 'room', id }, conversation_id: id, details })

  const again = async (tx: Sql, actor: Actor, before: ConversationRow) =>
    (await queries.find(tx, actor.id, before.id)) ?? before

  function tellUpdated(row: ConversationRow): void {
    tell.standing.room(row.id)
    const { user_role: _, user_muted_until: __, ...room } = toRoom(row)
    tell.room(row.id, 'room_updated', room)
  }

  return {
    createRoom,
    /** ROOM_NOT_FOUND for what the actor may not see. */
    room: async (actor: Actor, ref: Ref): Promise<Room> => toRoom(await access.visible(actor, { room_id: ref })),
    listRooms,
    changeRoom,
    archiveRoom,
    deleteRoom,
    joinRoom,
  }
}

const changeable = [
  'name',
  'slug',
  'description',
  'topic',
  'is_public',
  'max_members',
  'slow_mode_seconds',
  'message_retention_days',
  'message_ttl_seconds',
] as const

const slugTaken = (slug: string | undefined) =>
  onConstraint('conversation_slug_key', () => new AppError('RESOURCE_CONFLICT', { field: 'slug', slug }))

function shownName(text: string): string {
  const name = text.trim().normalize('NFC')
  if (name === '') throw new AppError('VALIDATION_FAILED', [{ field: 'name', reason: 'must not be blank' }])
  return name
}
