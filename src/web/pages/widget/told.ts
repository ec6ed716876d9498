import type { Message, Ref, Timeline } from 'veza-js-sdk'
import { isOf, refKey, refOf, type Place } from 'veza-react-components'

import type { Line } from './lines.ts'
import { createNews } from './news.ts'
import { onDeleted, refusalOf } from './refusal.ts'

/** What a page hears, by the name of the event without `veza-`. */
export interface Told {
  /** Connected, for the first time. */
  ready: { user_id: number; username: string }
  /** Somebody else wrote. */
  message: { message: Message }
  /** What the user wrote is with the server, wherever it was written. */
  sent: { message: Message }
  unread: { unread: number; mentions: number }
  error: { code: string; message: string }
  /** The user wants to sign in; only where the page says that it can do that. */
  'sign-in': null
  open: null
  close: null
}

export type Tell = <Name extends keyof Told>(name: Name, detail: Told[Name]) => void

/** Tells the page what happens in a conversation, until the function it returns is called. */
export function follow(line: Line, place: Place, tell: Tell): () => void {
  const { chat } = line
  const conversation = chat.conversation(refOf(place))
  let isReady = false
  let unread = { unread: 0, mentions: 0 }
  let failed = new Set<string>()
  /** What was on its way from here before it was known where news begins, by `client_id`. */
  const written = new Set<string>()
  let loaded: Timeline['status'] = 'idle'
  let isDeleted = false
  const news = createNews(chat, place, (message) =>
    tell(message.author_id === chat.me.get()?.id ? 'sent' : 'message', { message }),
  )

  const listed = conversation.summary.get
  const read = () => {
    const { status, error, items, has_newer } = conversation.timeline.get()
    if (status === 'failed' && loaded !== 'failed' && error !== null) tell('error', refusalOf(error, isDeleted))
    const isRead = status === 'ready' && loaded !== 'ready'
    if (isRead) isDeleted = false
    loaded = status
    begin()
    if (status !== 'ready' || has_newer) return
    const messages = items.flatMap((item) => (item.kind === 'message' ? [item.message] : []))
    // The newest of all may be a reply, which is in no timeline but that of its thread.
    const newest = Math.max(messages.at(-1)?.number ?? 0, isRead ? (listed()?.message_number ?? 0) : 0)
    const first = news.begin(newest)
    // What is known from the beginning is no news, but for what was sent before that was read.
    for (const message of messages) {
      const isSent = message.number <= first && written.delete(message.client_id ?? '')
      if (isSent) tell('sent', { message })
    }
    written.clear()
    news.reaches(newest)
  }
  /** News begins after what is known when one comes in, though it is read a moment later. */
  const begin = (number = listed()?.message_number) => {
    if (number !== undefined && conversation.timeline.get().status !== 'idle') news.begin(number)
  }
  const connect = () => {
    const now = chat.connection.get()
    const me = chat.me.get()
    if (now.status === 'connected') {
      news.reaches(listed()?.message_number ?? 0)
      if (me !== null && !isReady) {
        isReady = true
        tell('ready', { user_id: me.id, username: me.username })
      }
    }
    // Why there is no token is told by itself.
    if (now.status === 'stopped' && now.reason !== line.problem.get()?.code) tell('error', { code: now.reason || String(now.code), message: 'The connection has ended.' }) // prettier-ignore
  }
  const count = () => {
    begin()
    // What was refused may be of a room whose number is known only now.
    sending()
    const summary = listed()
    const now = { unread: summary?.unread_count ?? 0, mentions: summary?.mention_count ?? 0 }
    if (now.unread === unread.unread && now.mentions === unread.mentions) return
    unread = now
    tell('unread', now)
  }
  const sending = () => {
    const here = chat.outbox.get().filter(({ ref }) => refKey(ref) === refKey(place) || isHere(ref))
    if (!news.hasBegun()) for (const { client_id } of here) written.add(client_id)
    const all = here.filter(({ status }) => status === 'failed')
    for (const { client_id, error } of all) if (error !== null && !failed.has(client_id)) tell('error', error)
    failed = new Set(all.map(({ client_id }) => client_id))
  }
  const tokens = () => {
    const problem = line.problem.get()
    if (problem !== null) tell('error', { code: problem.code, message: problem.message })
  }
  /** A slug is known by its number in the list. */
  const isHere = (of: { room_id?: number | string; conversation_id?: number }) => {
    const summary = listed()
    return summary !== null && isOf(summary, of as Ref)
  }
  const hear = (message: Message) => {
    if (!isHere(message)) return
    // That one is in may be heard of after what was written since.
    begin(message.number - 1)
    news.hear(message)
  }

  const ends = [
    conversation.timeline.subscribe(read),
    chat.connection.subscribe(connect),
    chat.conversations.subscribe(count),
    chat.outbox.subscribe(sending),
    line.problem.subscribe(tokens),
    chat.on('room_message', hear),
    chat.on('dm_message', hear),
    chat.on('resync', (of) => isHere(of) && news.reaches(Infinity)),
    onDeleted(chat, place, () => {
      isDeleted = true
    }),
    news.end,
  ]
  for (const look of [read, connect, count, sending, tokens]) look()
  return () => {
    for (const end of ends) end()
  }
}
