import { type Command, command } from '../../transport/ws/index.ts'
import { GetRoomStats, RoomStats } from './schema.ts'
import type { Analytics } from './service.ts'

export const analyticsCommands = (analytics: Analytics): Command[] => [
  command({
    type: 'get_room_stats',
    permission: 'view_stats',
    short: 'How many people and messages a conversation has, and who writes most; for those who may moderate.',
    data: GetRoomStats,
    answers: { room_stats: RoomStats },
    limit: 'searches',
    run: (actor, reference, { node }) => analytics.roomStats(actor, reference, node.isOnline),
  }),
]
