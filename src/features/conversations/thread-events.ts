import type { EventSpec } from '../../transport/ws/index.ts'
import { ThreadRead, ThreadUpdated } from './thread-schema.ts'

export const threadEvents: EventSpec[] = [
  {
    type: 'thread_updated',
    short:
      'Somebody replied in a thread, as it is now: on every connection of those members who wrote its first message or replied in it, the author included; at most once a second of each thread. With `unread_count`: what the user has not read there is another number now than replies say, as some were taken away.',
    data: ThreadUpdated,
  },
  {
    type: 'thread_read',
    short: "The user's own pointer in a thread has moved, or nothing is unread there: on every connection of theirs.",
    data: ThreadRead,
  },
]
