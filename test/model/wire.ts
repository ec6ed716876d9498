/** A message as a client reads it. What a field means, docs/websocket_api.md says. */
export interface Message {
  id: number
  seq: number
  change_seq: number
  number: number
  author_id: number
  content: string
  parent_id: number | null
  thread_count: number
  is_pinned: boolean
  is_deleted: boolean
  reactions: Reaction[]
  mentions: number[]
  mention_count: number
  called?: 'room' | 'here'
  metadata: object
  updated_at: string
  expires_at?: string
  client_id?: string
  [field: string]: unknown
}

export interface Reaction {
  emoji: string
  count: number
  users: { user_id: number; username: string }[]
}

/** How a conversation says where it stands: `room_joined`, `dm_joined`, an entry of `resumed` or of `sync_result`. */
export interface Standing {
  room_id?: number
  conversation_id?: number
  seq: number
  last_read_number: number
  message_number: number
  missed?: Message[]
  reset?: boolean
  error?: string
}

export interface Page {
  messages: Message[]
  has_more: boolean
  total_count: number
  seq: number
}

// What is read of `data`: each type of frame has some of it.
export type Data = Partial<Message> &
  Partial<Standing> &
  Partial<Page> & {
    message_id?: number
    user_id?: number
    username?: string
    emoji?: string
    count?: number
    deleted_by?: number | null
    timestamp?: string
    parent_thread_count?: number | null
    code?: string
    resumed?: Standing[]
    memberships?: Membership[]
    duplicate?: true
    unchanged?: true
  }

export interface Membership {
  room_id?: number
  conversation_id?: number
  seq: number
  message_number: number
  last_read_number: number
  unread_count: number
  mention_count: number
}

export interface Frame {
  type: string
  id?: string | number
  data: Data
}

/** The one id space of rooms and DMs. */
export const placeIn = ({ room_id, conversation_id }: { room_id?: number; conversation_id?: number }): number => {
  const id = room_id ?? conversation_id
  if (id === undefined) throw new Error('a frame names no conversation')
  return id
}
