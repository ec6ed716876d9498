import type { Message, Timeline } from 'veza-js-sdk'
import { isOf, refKey, refOf, type Place } from 'veza-react-components'

import type { Line } from './lines.ts'

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
  /** What was on its way from here, by `client_id`. */
  const written = new Set<string>()
  /** The last message that is known, and its place in the log; null before anything is. */
  let last: Pick<Message, 'number' | 'seq'> | null = null
  /** What comes before it is known what was missed. */
  let held: Message[] | null = null
  /** It is known where news begins, and the conversation is on its way. */
  let isBeginning = false
  let loaded: Timeline['status'] = 'idle'

  const listed = () => chat.conversations.get()?.find((each) => isOf(each, place))
  const came = (message: Message) => {
    if (held !== null) held.push(message)
    else if (last !== null && message.number > last.number) {
      last = message
      tell(message.author_id === chat.me.get()?.id ? 'sent' : 'message', { message })
    }
  }
  const read = () => {
    const { status, error, items, has_newer } = conversation.timeline.get()
    if (status === 'failed' && loaded !== 'failed' && error !== null)
      tell('error', { code: error.code, message: error.message })
    loaded = status
    begin()
    if (status !== 'ready' || has_newer) return
    const messages = items.flatMap((item) => (item.kind === 'message' ? [item.message] : []))
    const { number, seq } = messages.at(-1) ?? { number: 0, seq: 0 }
    if (last === null || isBeginning) {
      // The newest of all may be a reply, which is in no timeline but that of its thread.
      last = { number: last?.number ?? Math.max(number, listed()?.message_number ?? 0), seq }
      const known = last.number
      // What is known from the beginning is no news, but for what was sent before that was read.
      for (const message of messages) if (message.number <= known && written.has(message.client_id ?? '')) tell('sent', { message }) // prettier-ignore
      isBeginning = false
      take(messages)
    } else if (held === null) for (const message of messages) came(message)
  }
  /** News begins after what is known when one comes in, though it is read a moment later. */
  const begin = () => {
    const now = listed()
    if (last !== null || now === undefined || conversation.timeline.get().status !== 'loading') return
    last = { number: now.message_number, seq: 0 }
    isBeginning = true
    held = []
  }
  const take = (missed: readonly Message[]) => {
    const all = [...missed, ...(held ?? [])].toSorted((one, other) => one.number - other.number)
    held = null
    for (const message of all) came(message)
  }
  /** Replies that were written without a connection come by no event. */
  const catchUp = ({ seq: since_seq }: { seq: number }) => {
    const taken = (missed: readonly Message[]) => {
      take(missed)
      read()
    }
    chat.command('sync', { cursors: [{ ...refOf(place), since_seq }] }).then(
      ({ rooms: [now] }) => taken(now !== undefined && 'missed' in now ? (now.missed ?? []) : []),
      // What keeps it from being told may pass with the next connection.
      () => chat.connection.get().status === 'connected' && taken([]),
    )
  }
  const connect = () => {
    const now = chat.connection.get()
    const me = chat.me.get()
    if (last !== null && now.status !== 'connected') {
      isBeginning = false
      held ??= []
    } else if (last !== null && held !== null && !isBeginning) catchUp(last)
    if (now.status === 'connected' && me !== null && !isReady) {
      isReady = true
      tell('ready', { user_id: me.id, username: me.username })
    }
    // Why there is no token is told by itself.
    if (now.status === 'stopped' && now.reason !== line.problem.get()?.code) tell('error', { code: now.reason || String(now.code), message: 'The connection has ended.' }) // prettier-ignore
  }
  const count = () => {
    begin()
    const summary = listed()
    const now = { unread: summary?.unread_count ?? 0, mentions: summary?.mention_count ?? 0 }
    if (now.unread === unread.unread && now.mentions === unread.mentions) return
    unread = now
    tell('unread', now)
  }
  const sending = () => {
    const here = chat.outbox.get().filter(({ ref }) => refKey(ref) === refKey(place))
    if (last === null) for (const { client_id } of here) written.add(client_id)
    const all = here.filter(({ status }) => status === 'failed')
    for (const { client_id, error } of all) if (error !== null && !failed.has(client_id)) tell('error', error)
    failed = new Set(all.map(({ client_id }) => client_id))
  }
  const tokens = () => {
    const problem = line.problem.get()
    if (problem !== null) tell('error', { code: problem.code, message: problem.message })
  }
  /** A slug is known by its number in the list. */
  const isHere = (message: Message) => {
    const ref = listed()?.ref
    if (ref === undefined) return false
    return 'room_id' in ref ? message.room_id === ref.room_id : message.conversation_id === ref.conversation_id
  }
  /** Replies are in no timeline but that of their thread, and what is new in none while one reads what is old. */
  const hear = (message: Message) => {
    if ((message.parent_id !== null || conversation.timeline.get().has_newer) && isHere(message)) came(message)
  }

  const ends = [
    conversation.timeline.subscribe(read),
    chat.connection.subscribe(connect),
    chat.conversations.subscribe(count),
    chat.outbox.subscribe(sending),
    line.problem.subscribe(tokens),
    chat.on('room_message', hear),
    chat.on('dm_message', hear),
  ]
  for (const look of [read, connect, count, sending, tokens]) look()
  return () => {
    for (const end of ends) end()
  }
}
