import type { Audit } from '../../kernel/audit.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Places } from '../../transport/ws/index.ts'
import { createAccess } from './access.ts'
import { createDepartures } from './departures.ts'
import { createDms } from './dms.ts'
import { createInvites } from './invites.ts'
import { sweepKeptMutes } from './member-queries.ts'
import { createMembers } from './members.ts'
import { createMembership } from './membership.ts'
import { placeOf } from './place.ts'
import * as queries from './queries.ts'
import { createRooms } from './rooms.ts'
import { createTell } from './tell.ts'

export interface ConversationsOptions {
  sql: Sql
  bus: Bus
  audit: Audit<Sql>
  /** Resolves when what a user has read is written down. */
  settleReads(user_id: number): Promise<void>
  /** What may keep members from writing has changed, for one of them or, with null, for all. Synchronous. */
  onStanding?(conversation_id: number, user_id: number | null): void
  /** A user is gone for good; the other people of their DMs are named. */
  onGone?(user_id: number, peers: number[]): void
  /** 0 means no limit. */
  limits: { max_rooms_per_user: number; max_invites_per_room?: number }
}

export type Conversations = ReturnType<typeof createConversations>

/** Rooms and DMs, who is in them, and how they are told. What an actor may not see does not exist: ROOM_NOT_FOUND or CONVERSATION_NOT_FOUND. */
export function createConversations({
  sql,
  bus,
  audit,
  settleReads,
  onStanding,
  onGone,
  limits,
}: ConversationsOptions) {
  const access = createAccess(sql)
  const tell = createTell(bus, onStanding)
  const parts = { sql, audit, access, tell, settleReads }
  const membership = createMembership({ ...parts, max_rooms_per_user: limits.max_rooms_per_user })

  const places: Pick<Places, 'all' | 'some'> = {
    all: async (actor) => {
      await settleReads(actor.id)
      return (await queries.joinedRooms(sql, actor.id)).map(placeOf)
    },
    some: async (actor, references) => {
      await settleReads(actor.id)
      const rows = await queries.findVisible(sql, actor.id, references)
      const found = new Map(rows.map((row) => [row.position, row]))
      return references.map((reference, index) => {
        const row = found.get(index + 1)
        if (row === undefined)
          return reference.conversation_id === undefined ? 'ROOM_NOT_FOUND' : 'CONVERSATION_NOT_FOUND'
        return row.role === null ? 'PERMISSION_DENIED' : placeOf(row)
      })
    },
  }

  return {
    member: access.member,
    enter: membership.enter,
    forget: membership.forget,
    places,
    ...createRooms({ ...parts, membership }),
    ...createMembers({ sql, access, tell, membership }),
    ...createDms(parts),
    ...createInvites({ ...parts, membership, max_invites_per_room: limits.max_invites_per_room ?? 0 }),
    sweep: async (): Promise<void> => {
      await sweepKeptMutes(sql)
    },
    ...createDepartures({ audit, tell, onGone: (user_id, peers) => onGone?.(user_id, peers) }),
  }
}
