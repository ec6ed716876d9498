import { type Data, type Frame, type Message, type Page, placeIn, type Standing } from './wire.ts'

/** The server broke a promise, or told something that does not fit what it told before. */
export class Broken extends Error {}

/**
 * `none`: no feed. `joined`: the next event is `position + 1`. `loose`: a feed runs on which events may have been missed before it began: a DM that was
 * not joined on this connection, or a room that `subscribe: "all"` joined without saying where it stands.
 */
type Feed = 'none' | 'loose' | 'joined'

export interface Conversation {
  id: number
  dm: boolean
  /** The last seq that is in `messages`. */
  position: number
  feed: Feed
  /** By id; ids grow along the timeline. */
  messages: Map<number, Message>
  /** Events since the oldest page was asked for that has not come yet: the page may have been read before them. */
  recent: Frame[]
  pages_asked: number
  /** Whether `messages` reaches back to the beginning. */
  whole: boolean
  /** Loose events that came after a hole. */
  held: Map<number, Frame>
  /** The log must be asked what was missed. */
  behind: boolean
}

const log_events = new Set(
  `room_message dm_message message_edited message_pinned message_unpinned message_deleted reaction_added reaction_removed`.split(
    ' ',
  ),
)

export const isLogEvent = ({ id, type }: Frame): boolean => id === undefined && log_events.has(type)

/** The position of an event in its conversation's log: of the events that carry a message as it is now, its `change_seq`. */
export const positionOf = ({ type, data }: Frame): number => {
  const position = /^(message_(edited|pinned|unpinned)|(room|dm)_message)$/.test(type) ? data.change_seq : data.seq
  if (position === undefined) throw new Broken(`${type} without a position`)
  return position
}

/** What a client knows, rebuilt from frames as the documentation says. It throws Broken when they do not fit. */
export function createClientModel(user_id: number) {
  const conversations = new Map<number, Conversation>()

  const know = (id: number, dm: boolean): Conversation => {
    const known = conversations.get(id)
    if (known !== undefined) return known
    const fresh: Conversation = {
      id,
      dm,
      position: 0,
      feed: 'none',
      messages: new Map(),
      recent: [],
      pages_asked: 0,
      whole: true,
      held: new Map(),
      behind: false,
    }
    conversations.set(id, fresh)
    return fresh
  }

  const of = (id: number): Conversation => {
    const known = conversations.get(id)
    if (known === undefined) throw new Broken(`conversation ${id}, which the client does not know`)
    return known
  }

  function event(frame: Frame): void {
    const named = frame.data.room_id ?? frame.data.conversation_id
    const conversation = named === undefined ? undefined : conversations.get(named)
    // Of rooms that `subscribe: "all"` joined and nobody looks at.
    if (conversation === undefined) return
    if (frame.type === 'resync') return lose(conversation)
    // Another connection of the same user has ended the membership.
    if (frame.type === 'member_left' && frame.data.user_id === user_id) end(conversation)
    else if (isLogEvent(frame)) logged(conversation, frame)
  }

  function logged(conversation: Conversation, frame: Frame): void {
    const position = positionOf(frame)
    const { feed } = conversation
    if (feed === 'none')
      throw new Broken(`${frame.type} ${position} of ${conversation.id}, of which there is no feed here`)
    if (position === conversation.position + 1) {
      apply(conversation, frame)
      conversation.position = position
      if (conversation.pages_asked > 0) conversation.recent.push(frame)
      return release(conversation)
    }
    if (feed === 'joined')
      throw new Broken(`${frame.type} ${position} of ${conversation.id} after ${conversation.position}`)
    if (position <= conversation.position) return
    conversation.held.set(position, frame)
    conversation.behind = true
  }

  /** Applies what had come too early and now fits. */
  function release(conversation: Conversation): void {
    const { held } = conversation
    for (const seq of held.keys()) if (seq <= conversation.position) held.delete(seq)
    const next = held.get(conversation.position + 1)
    if (next === undefined) return
    held.delete(conversation.position + 1)
    logged(conversation, next)
  }

  function apply(conversation: Conversation, { type, data }: Frame): void {
    const { messages } = conversation
    switch (type) {
      case 'room_message':
      case 'dm_message': {
        const { parent_thread_count: _, ...message } = data
        replyCounted(conversation, data)
        return put(conversation, message as Message)
      }
      case 'message_edited':
      case 'message_pinned':
      case 'message_unpinned':
        return put(conversation, data as Message)
      case 'message_deleted': {
        const id = data.message_id ?? 0
        if (data.deleted_by !== null) return wipe(messages.get(id), data)
        messages.delete(id)
        return replyCounted(conversation, data)
      }
      case 'reaction_added':
      case 'reaction_removed':
        return react(messages.get(data.message_id ?? 0), type, data)
    }
  }

  /** A reply came or expired, at the same seq as its parent's new count. */
  function replyCounted({ messages }: Conversation, { parent_id, parent_thread_count, seq }: Data): void {
    const parent = messages.get(parent_id ?? 0)
    if (parent === undefined || typeof parent_thread_count !== 'number' || seq === undefined) return
    if (seq <= parent.change_seq) return
    parent.thread_count = parent_thread_count
    parent.change_seq = seq
  }

  /** A message as it is at its `change_seq`, unless a later state of it is known. */
  function put({ messages }: Conversation, message: Message): void {
    const known = messages.get(message.id)
    if (known !== undefined && known.change_seq > message.change_seq) return
    if (message.is_deleted && message.expires_at !== undefined && Date.parse(message.expires_at) <= Date.now())
      messages.delete(message.id)
    else messages.set(message.id, structuredClone(message))
  }

  function joined(standing: Standing, since: number | undefined, feed: Feed): void {
    const conversation = of(placeIn(standing))
    const { seq, missed, reset } = standing
    // What is counted live is never behind an answer that was read meanwhile.
    const running = conversation.feed !== 'none'
    if (conversation.feed === 'joined' && seq > conversation.position)
      throw new Broken(`told ${seq} of ${conversation.id} before the events up to it; ${conversation.position} came`)
    if (!running || seq > conversation.position) {
      if (reset || since === undefined || missed === undefined) {
        conversation.whole = conversation.whole && !reset && seq === conversation.position
        if (!conversation.whole) conversation.messages.clear()
      } else if (since > conversation.position) {
        throw new Error(`asked from ${since} although ${conversation.position} is known`)
      }
      for (const message of missed ?? []) put(conversation, message)
      conversation.position = seq
    }
    conversation.feed = feed
    conversation.behind = false
    release(conversation)
  }

  /** A page of the timeline; `oldest` when with it, and those before, all up to the newest message has been read. */
  function page(id: number, { messages, has_more, seq }: Page, oldest: boolean): void {
    const conversation = of(id)
    for (const message of messages) put(conversation, message)
    for (const frame of conversation.recent) if (positionOf(frame) > seq) apply(conversation, frame)
    if (--conversation.pages_asked === 0) conversation.recent = []
    if (oldest && !has_more) conversation.whole = true
  }

  /** The feed has a hole that only the log can fill. */
  function lose(conversation: Conversation): void {
    conversation.feed = 'loose'
    conversation.behind = true
  }

  function end(conversation: Conversation): void {
    conversation.feed = conversation.dm ? 'loose' : 'none'
    if (!conversation.dm) conversation.held.clear()
  }

  return {
    conversations,
    know,
    of,
    event,
    joined,
    asksPage: (id: number) => {
      of(id).pages_asked++
    },
    page,
    left: (id: number) => end(of(id)),
    /** A feed begins of which it is known that the log stands at `seq`. */
    follows: (id: number, seq: number): void => {
      const conversation = of(id)
      if (conversation.feed === 'none') conversation.feed = 'loose'
      if (seq > conversation.position) conversation.behind = true
    },
    /** The connection is gone, and with it all feeds. */
    disconnected: (): void => {
      for (const conversation of conversations.values()) {
        conversation.feed = 'none'
        conversation.held.clear()
        conversation.behind = false
        conversation.recent = []
        conversation.pages_asked = 0
      }
    },
  }
}

function wipe(message: Message | undefined, { seq = 0, timestamp = '', deleted_by }: Data): void {
  if (message === undefined || seq <= message.change_seq) return
  Object.assign(message, {
    content: '',
    metadata: {},
    mentions: [],
    mention_count: 0,
    reactions: [],
    is_pinned: false,
    is_deleted: true,
    deleted_by,
    change_seq: seq,
    updated_at: timestamp,
  } satisfies Partial<Message>)
  delete message.called
}

/** The latest comes last, among the people of an emoji and, when it is the first of its kind, among the emoji. */
function react(message: Message | undefined, type: string, data: Data): void {
  const { seq = 0, emoji = '', count = 0, user_id = 0, username = '' } = data
  if (message === undefined || seq <= message.change_seq) return
  message.change_seq = seq
  const users = message.reactions.find((each) => each.emoji === emoji)?.users ?? []
  const others = users.filter((user) => user.user_id !== user_id)
  const now = { emoji, count, users: type === 'reaction_added' ? [...others, { user_id, username }] : others }
  const place = message.reactions.findIndex((each) => each.emoji === emoji)
  const rest = message.reactions.filter((each) => each.emoji !== emoji)
  if (count === 0) message.reactions = rest
  else if (place < 0 || (type === 'reaction_added' && count === 1)) message.reactions = [...rest, now]
  else message.reactions = rest.toSpliced(place, 0, now)
}
