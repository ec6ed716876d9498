import type { Pending, Timeline, TimelineItem } from './api.ts'
import type { Copy } from './copy.ts'
import type { Piece } from './piece.ts'
import type { Message } from './protocol.gen.ts'

const items = new WeakMap<Message, TimelineItem>()

/** The same object for the same message, so that what shows it need not draw it again. */
function itemOf(message: Message, me: number | undefined): TimelineItem {
  const known = items.get(message)
  if (known !== undefined) return known
  // One's own keeps the key that it had on its way.
  const key = message.author_id === me && message.client_id !== undefined ? `c:${message.client_id}` : `m:${message.id}`
  const item: TimelineItem = { kind: 'message', key, message }
  items.set(message, item)
  return item
}

const pendingItems = new WeakMap<Pending, TimelineItem>()

function pendingItem(pending: Pending): TimelineItem {
  const known = pendingItems.get(pending)
  if (known !== undefined) return known
  const item: TimelineItem = { kind: 'pending', key: `c:${pending.client_id}`, pending }
  pendingItems.set(pending, item)
  return item
}

export const shows = ({ parent_id }: Piece, message: Message): boolean => message.parent_id === parent_id

/** What a piece shows: its messages, and at the newest end what is on its way. */
export function timelineOf(piece: Piece, copy: Copy, pending: readonly Pending[], me: number | undefined): Timeline {
  const messages = piece.ids.map((id) => copy.get(id)).filter((each) => each !== undefined && shows(piece, each))
  const own = new Set(pending.length === 0 ? [] : messages.map((each) => each?.author_id === me && each?.client_id))
  const waiting = piece.has_newer
    ? []
    : pending.filter((each) => each.parent_id === piece.parent_id && !own.has(each.client_id))
  const { status, error, has_older, has_newer, is_loading_older, is_loading_newer } = piece
  return {
    status,
    error,
    items: [...messages.map((message) => itemOf(message as Message, me)), ...waiting.map(pendingItem)],
    has_older,
    has_newer,
    is_loading_older,
    is_loading_newer,
  }
}
