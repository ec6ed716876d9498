/**
 * What one node tells the others, versioned so that nodes of two releases can share a bus.
 *
 * Frames are ready to send: they are serialised once, where the change was committed.
 */
export type BusMessage =
  | {
      v: 1
      kind: 'log'
      conversation_id: number
      audience: readonly number[] | null
      /** The first seq of the batch that the entries are of: where one who has not heard of the conversation yet begins. */
      first_seq: number
      /** None when it is about to be committed: what comes later is then not told before it. */
      entries: readonly LogEntry[]
    }
  /** To those who follow the room. `state` where it says what joining tells too. */
  | { v: 1; kind: 'room'; conversation_id: number; frame: string; state?: true }
  | { v: 1; kind: 'user'; user_id: number; frame: string }
  /** For those who asked how a user is, but for those whom the user has blocked. */
  | { v: 1; kind: 'presence'; user_id: number; hidden_from: readonly number[]; frame: string }
  /** A membership began. */
  | { v: 1; kind: 'entered'; conversation_id: number; user_id: number }
  /** A membership ended: the user's sockets stop following. */
  | { v: 1; kind: 'left'; conversation_id: number; user_id: number }
  /** What may keep members from writing has changed, for one of them or, with null, for all. */
  | { v: 1; kind: 'standing'; conversation_id: number; user_id: number | null }
  /** To every connected member, whether they follow the conversation or not. */
  | { v: 1; kind: 'members'; conversation_id: number; frame: string }
  /** How many messages a conversation has: of these the latest is enough, and one may come late. */
  | { v: 1; kind: 'badge'; conversation_id: number; dm: boolean; message_number: number }
  /** For those of a user's sockets that do not follow the conversation; the others have the event from its feed. */
  | { v: 1; kind: 'aside'; conversation_id: number; user_id: number; frame: string }
  /** The last event of a room that is gone, for its connected members: then nobody follows it. */
  | { v: 1; kind: 'closed'; conversation_id: number; frame: string }
  | { v: 1; kind: 'revoked'; user_id: number; session_ids: readonly string[] | 'all'; reason: string }

/** One position of a conversation's log, as its live event. */
export interface LogEntry {
  seq: number
  /** The whole event frame. */
  frame: string
  /** True when the event's `data` is the full state of the only message this seq changed, so a tail of such events can answer a resume. */
  complete: boolean
}

/** `c:` a conversation, `b:` its members, `u:` a user, `p:` a user's presence, `n:` every node. */
export type Channel = `c:${number}` | `b:${number}` | `u:${number}` | `p:${number}` | 'n:all'

/**
 * The bus between nodes. Its guarantees, and no more:
 *
 * - `publish` returns at once and never throws. The publishing node gets its own messages too, possibly before `publish` returns.
 * - A node gets a message at most once per channel it listens to, and only if it listened when the message was published. A message named on
 *   several channels may come once for each.
 * - Messages of one publisher on one channel normally keep their order, but the bus may lose and swap: the log in PostgreSQL is the truth, and the
 *   hub repairs order and gaps by `seq`.
 */
export interface Bus {
  publish(channels: readonly Channel[], message: BusMessage): void
  /** Listening twice is listening once. What is published before `settled` resolves may not arrive. */
  listen(channel: Channel): void
  /** Resolves once everything listened to so far is heard. */
  settled(): Promise<void>
  unlisten(channel: Channel): void
  /** At most one receiver; it must not throw. */
  receive(receiver: (message: BusMessage) => void): void
  /** `down` while messages may be getting lost. */
  state(): 'up' | 'down'
  close(): Promise<void>
}
