import type { EventSpec } from '../../transport/ws/index.ts'
import { Typing, UserPresence } from './schema.ts'

export const presenceEvents: EventSpec[] = [
  {
    type: 'user_presence',
    short:
      "Somebody came, went, chose a status or changed rooms: to those who asked with get_presence, to the other people of one's DMs and to small rooms, at most once a second for each user. One's own other devices get the true status.",
    data: UserPresence,
  },
  {
    type: 'typing_start',
    short: 'Somebody types in a room that is joined, or in a DM; it holds until typing_stop.',
    data: Typing,
  },
  {
    type: 'typing_stop',
    short: 'Somebody stopped typing, sent the message, left, or said nothing for six seconds.',
    data: Typing,
  },
]
