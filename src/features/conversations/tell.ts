import type { Bus, Channel } from '../../platform/bus/index.ts'

export type Tell = ReturnType<typeof createTell>

/** How sockets hear of rooms and members. To be called once the change is committed. */
export function createTell(bus: Bus, onStanding?: (conversation_id: number, user_id: number | null) => void) {
  const frameOf = (type: string, data: object) => JSON.stringify({ type, data })

  const room = (conversation_id: number, type: string, data: object) =>
    bus.publish([`c:${conversation_id}`], {
      v: 1,
      kind: 'room',
      conversation_id,
      frame: frameOf(type, data),
      state: true,
    })

  /** Those of a user's sockets that do not follow the room, so that each socket is told once. */
  const aside = (conversation_id: number, user_id: number, type: string, data: object) =>
    bus.publish([`u:${user_id}`], { v: 1, kind: 'aside', conversation_id, user_id, frame: frameOf(type, data) })

  const restate = (channels: Channel[], conversation_id: number, user_id: number | null) => {
    onStanding?.(conversation_id, user_id)
    bus.publish(channels, { v: 1, kind: 'standing', conversation_id, user_id })
  }

  return {
    room,
    aside,

    /** What keeps people from writing is no longer as it was: in a room for everybody, or for one member; in a DM. */
    standing: {
      room: (id: number) => restate([`c:${id}`, `b:${id}`], id, null),
      member: (id: number, user_id: number) => restate([`u:${user_id}`], id, user_id),
      dm: (id: number, one: number, other: number) => restate([`u:${one}`, `u:${other}`], id, null),
    },

    /** Followers of the room, and the one it is about wherever they are connected. */
    about: (user_id: number, conversation_id: number, type: string, data: object) => {
      room(conversation_id, type, data)
      aside(conversation_id, user_id, type, data)
    },

    own: (user_id: number, type: string, data: object) =>
      bus.publish([`u:${user_id}`], { v: 1, kind: 'user', user_id, frame: frameOf(type, data) }),

    entered: (conversation_id: number, user_id: number) =>
      bus.publish([`u:${user_id}`], { v: 1, kind: 'entered', conversation_id, user_id }),

    left: (conversation_id: number, user_id: number) =>
      bus.publish([`u:${user_id}`], { v: 1, kind: 'left', conversation_id, user_id }),

    /** Every connected member; afterwards nobody follows the room. */
    closed: (conversation_id: number, type: string, data: object) =>
      bus.publish([`c:${conversation_id}`, `b:${conversation_id}`], {
        v: 1,
        kind: 'closed',
        conversation_id,
        frame: frameOf(type, data),
      }),
  }
}
