import type { EventSpec } from '../../transport/ws/index.ts'
import { ReadReceipt, UnreadUpdated } from './read-schema.ts'

export const readEvents: EventSpec[] = [
  {
    type: 'read_receipt',
    short:
      'Somebody has read up to a message: to those who follow a room of at most `limits.receipt_max_members` members, and to both people of a DM; at most one a second of each reader in each conversation.',
    data: ReadReceipt,
  },
  {
    type: 'unread_updated',
    short:
      'How many messages a conversation has, to every connected member, joined or not, at most once a second; unread is what lies beyond the own read pointer. With `last_read_number`: the own pointer has moved, to every connection of its owner.',
    data: UnreadUpdated,
  },
]
