import { Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import type { EventSpec } from '../../transport/ws/index.ts'
import { DmBlocked } from './answers.ts'
import { RoomRoleName } from './member-schema.ts'
import { Room } from './schema.ts'

const whom = { room_id: Id, user_id: Id, username: Type.String() }

/** Of rooms and members: small state that is not in the log. */
export const conversationEvents: EventSpec[] = [
  {
    type: 'member_joined',
    short: 'Somebody became a member: to those who follow the room, and to every connection of the new member.',
    data: Type.Object({
      ...whom,
      role: RoomRoleName,
      by: Type.Optional(Type.Integer({ minimum: 1, description: 'Who added them; left out of those who joined.' })),
    }),
  },
  {
    type: 'member_left',
    short:
      'Somebody left or was removed: to those who follow the room, and to every connection of the one who is gone.',
    data: Type.Object({
      ...whom,
      reason: Type.Union([Type.Literal('left'), Type.Literal('kicked')]),
      by: Type.Optional(Type.Integer({ minimum: 1, description: 'Who removed them.' })),
    }),
  },
  {
    type: 'member_updated',
    short:
      "A member's role, nickname or mute changed: to those who follow the room, and to every connection of the member.",
    data: Type.Object({
      ...whom,
      role: RoomRoleName,
      nickname: Type.Union([Type.String(), Type.Null()]),
      muted_until: Type.Union([Timestamp, Type.Null()]),
    }),
  },
  {
    type: 'room_updated',
    short: 'The settings of a room changed, or it was archived: the whole room as it is now, to those who follow it.',
    data: Type.Omit(Room, ['user_role', 'user_muted_until'], { title: 'Room' }),
  },
  {
    type: 'room_deleted',
    short: 'The room is gone: the last event of its live feed.',
    data: Type.Object({
      room_id: Id,
      room_name: Type.String(),
      slug: Type.String(),
      user_id: Type.Integer({ minimum: 1, description: 'Who deleted it.' }),
      username: Type.String(),
    }),
  },
  {
    type: 'dm_blocked',
    short: 'The user blocked the other person of a DM or lifted that block: to their own connections alone.',
    data: DmBlocked,
  },
]
