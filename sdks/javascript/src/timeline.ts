import type { Pending, Timeline, TimelineItem } from './api.ts'
import type { Copy } from './copy.ts'
import type { Piece } from './piece.ts'
import type { Message } from './protocol.gen.ts'

const items = new WeakMap<object, TimelineItem>()

/** The same object for the same message, so that what shows it need not draw it again. */
function kept(of: object, make: () => TimelineItem): TimelineItem {
  const item = items.get(of) ?? make()
  items.set(of, item)
  return item
}

/** One's own keeps the key that it had on its way. */
const itemOf = (message: Message, me: number | undefined) =>
  kept(message, () => ({
    kind: 'message',
    key: message.author_id === me && message.client_id !== undefined ? `c:${message.client_id}` : `m:${message.id}`,
    message,
  }))

const pendingItem = (pending: Pending) =>
  kept(pending, () => ({ kind: 'pending', key: `c:${pending.client_id}`, pending }))

/** What a piece shows: its messages, and at the newest end what is on its way. */
export function timelineOf(piece: Piece, copy: Copy, pending: readonly Pending[], me: number | undefined): Timeline {
  const { ids, parent_id, epoch: _epoch, wanted: _wanted, ...state } = piece
  const messages = ids.map((id) => copy.get(id)).filter((each) => each !== undefined)
  const own = new Set(pending.length === 0 ? [] : messages.map((each) => each.author_id === me && each.client_id))
  const waiting = piece.has_newer
    ? []
    : pending.filter((each) => each.parent_id === parent_id && !own.has(each.client_id))
  return {
    ...state,
    items: [...messages.map((message) => itemOf(message, me)), ...waiting.map(pendingItem)],
  }
}
