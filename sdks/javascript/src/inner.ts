import type { Conversation, Me, Pending, Ref, Store } from './api.ts'
import type { Change } from './changes.ts'
import type { Connection } from './connection-types.ts'
import type { List } from './list.ts'
import type { Standing } from './log.ts'
import type { Outbox } from './outbox-types.ts'
import type { Place } from './place.ts'
import type { Message, NotThere } from './protocol.gen.ts'

export interface ConversationOptions {
  ref: Ref
  connection: Connection
  outbox: Outbox
  list: List
  me: Store<Me | null>
  max_messages: number
  /** Milliseconds, by the clock of the server. */
  serverNow(): number
  /** Somebody begins to look at it. */
  onUse(): void
  /** Whether another object follows the same conversation. */
  isShared(): boolean
}

/** What the client tells a conversation, beside what it shows. */
export interface Inner {
  readonly shown: Conversation
  place(): Place | null
  isOpen(): boolean
  /** It is open, somebody looks at something of it, or something of it is not sent yet. */
  isUsed(): boolean
  /** An event of this conversation, and the change of its log that it tells, if any. */
  hear(type: string, data: unknown, change: Change | null): void
  /** Where to resume from when connecting; null when there is nothing to resume. */
  resume(): number | null
  resumed(entry: Standing | NotThere): void
  /** Connected: joins and loads what is not yet, unless one left it or was put out of it and is no member again. */
  wake(): void
  lost(): void
  /** The server has taken what was sent from here. */
  sent(pending: Pending, message: Message): void
  /** Nothing that was known holds, as somebody else is signed in. */
  clear(): void
}
