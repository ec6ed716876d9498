import type { Actor } from '../../kernel/actor.ts'
import type { Log } from '../../kernel/log.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Session } from '../../transport/ws/index.ts'
import type { Conversations } from '../conversations/index.ts'
import { createAnnouncer } from './announcer.ts'
import { createMemoryPresences, type Presences } from './presences.ts'
import * as queries from './queries.ts'
import type { UserPresence } from './schema.ts'
import { createStandings } from './standing.ts'
import { createStatuses } from './statuses.ts'
import { createTyping } from './typing.ts'
import { asBlockedSee, asOthersSee, asOwn, ofNobody } from './view.ts'
import { createWatching } from './watching.ts'
import { createWhereabouts } from './whereabouts.ts'

export interface PresenceOptions {
  sql: Sql
  bus: Bus
  conversations: Pick<Conversations, 'member'>
  log: Log
  /** 0 means no limit. */
  limits: { max_presence_subscriptions: number; presence_max_members: number; max_typing_per_room: number }
  presences?: Presences
}

export type PresenceService = ReturnType<typeof createPresence>

/** A socket that has authenticated. */
type LiveSession = Session & { actor: Actor }

const attempts = 3

/** Who is there and in what state, over all of a user's connections; and who types. */
export function createPresence({
  sql,
  bus,
  conversations,
  log,
  limits,
  presences = createMemoryPresences(),
}: PresenceOptions) {
  const whereabouts = createWhereabouts()
  const announcer = createAnnouncer({
    sql,
    bus,
    log,
    presences,
    whereabouts,
    max_members: limits.presence_max_members,
  })
  const watching = createWatching(bus, limits.max_presence_subscriptions)
  const typing = createTyping({
    bus,
    standings: createStandings({ sql, conversations }),
    max_per_conversation: limits.max_typing_per_room,
    isOnline: announcer.isOnline,
  })
  const chooseStatus = createStatuses({
    sql,
    onSaved: (user_id, status) => announcer.restated(user_id, status === 'invisible'),
  })

  /**
   * How these users are as the actor may see it, in the order asked for; who does not exist is left out. The socket is told of their changes from then on, but
   * not of one's own, which reach every device by themselves.
   */
  async function presenceOf(actor: Actor, session: Session, user_ids: readonly number[]): Promise<UserPresence[]> {
    const ids = [...new Set(user_ids)]
    // First, so that no change falls between the answer and the events.
    watching.watch(
      session,
      ids.filter((id) => id !== actor.id),
    )
    const { rows, isPublic } = await read(actor, ids)
    const found = new Map(rows.map((row) => [row.id, row]))
    watching.unwatch(
      session,
      ids.filter((id) => found.get(id)?.blocks_asker !== false),
    )
    return ids.flatMap((id) => {
      const row = found.get(id)
      if (row === undefined) return []
      const current_room = whereabouts.of(id).find((room_id) => isPublic.has(room_id)) ?? null
      if (id === actor.id) return asOwn(row, presences.connections(id) > 0, current_room)
      const seen = asOthersSee(asOwn(row, announcer.isOnline(id), current_room))
      if (row.blocks_asker) return asBlockedSee(seen)
      if (seen.status !== 'offline') announcer.shown(id)
      return seen
    })
  }

  /** What is read again when events went out meanwhile, or an older state could come after a newer. */
  async function read(actor: Actor, ids: readonly number[]) {
    for (let attempt = 1; ; attempt++) {
      const before = announcer.rounds()
      const rows = await queries.people(sql, ids, actor.id)
      const rooms = ids.flatMap((id) => whereabouts.of(id))
      const isPublic = rooms.length === 0 ? new Set<number>() : await queries.publicRooms(sql, rooms)
      if (announcer.rounds() === before || attempt === attempts) return { rows, isPublic }
    }
  }

  return {
    /** Whether others see this user as connected: never while invisible. */
    isOnline: announcer.isOnline,
    leftAt: announcer.leftAt,
    chooseStatus,
    presenceOf,
    typing,
    connected: ({ actor }: LiveSession): void => announcer.connected(actor.id, actor.invisible === true),
    disconnected: (session: LiveSession): void => {
      const { actor } = session
      typing.ended(actor, session)
      watching.ended(session)
      if (whereabouts.ended(session, actor.id)) announcer.moved(actor.id)
      announcer.disconnected(actor.id)
    },
    /** A socket joined the live feed of a room by itself. */
    joined: (session: LiveSession, room_id: number): void => {
      if (whereabouts.joined(session, session.actor.id, room_id)) announcer.moved(session.actor.id)
    },
    left: (session: LiveSession, conversation_id: number): void => {
      typing.left(session.actor, session, conversation_id)
      if (whereabouts.left(session, session.actor.id, conversation_id)) announcer.moved(session.actor.id)
    },
    /** The account is gone: whoever saw it there, and the other people of its DMs, hear that it is not. */
    gone: (user_id: number, peers: readonly number[]): void => {
      const frame = ofNobody(user_id)
      bus.publish([`p:${user_id}`], { v: 1, kind: 'presence', user_id, hidden_from: [], frame })
      for (const peer of peers)
        if (presences.connections(peer) > 0) bus.publish([`u:${peer}`], { v: 1, kind: 'user', user_id: peer, frame })
    },
    /** Saves what waits. To be called once the sockets are closed. */
    close: async (): Promise<void> => {
      typing.close()
      await announcer.close()
    },
  }
}
