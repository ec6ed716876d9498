import type { ServerWebSocket } from 'bun'

import type { Actor } from '../../kernel/actor.ts'
import type { Locale } from '../../kernel/errors.ts'
import type { RequestId } from './codec.ts'
import type { Node } from './node.ts'

/** What proves who connects, taken from the upgrade request, to be checked once the socket is open. */
export type Proof = { token: string } | { ticket: string }

/** What a socket is born with. Kept flat and small: ten thousand of these idle at once. */
export interface Session {
  readonly node: Node
  ws: ServerWebSocket<Session> | null
  proof: Proof | null
  actor: Actor | null
  /** What the client asked for, or what its user has; null while nobody knows. */
  locale: Locale | null
  /** The client's address, behind trusted proxies; null where nobody knows. */
  ip: string | null
  /** Milliseconds since the epoch: when this socket has authenticated, for evicting the oldest. */
  since: number
  /** Milliseconds since the epoch: when its token ends. */
  expires_at: number
  stage: 'anonymous' | 'live' | 'expiring' | 'closed'
  /** Rooms whose live feed it gets, and DMs it follows. */
  joined: Set<number> | null
  /** Conversations left since the command that runs now began. */
  left_meanwhile: Set<number> | null
  /** Frames that wait for the command before them; null while none runs. */
  inbox: (string | null)[] | null
  /** Frames taken and not answered yet, and their length. */
  pending: { frames: number; length: number }
  /** Sends to one conversation that are under way together. */
  flight: Flight | null
  /** Frames to be written at the end of this turn of the event loop. */
  outbox: string[] | null
  /** The largest reply that may still be in the send buffer. */
  reply_bytes: number
  malformed: number
  /** Milliseconds of `performance.now()`: when the command that runs now began; 0 between commands. */
  busy_since: number
  /** The request id of the command that runs now. */
  request: RequestId | undefined
}

/** Commands of one socket that share a conversation may be under way together: they take effect, and are answered, in order all the same. */
export interface Flight {
  key: number
  /** Resolves when the last of them has been answered. */
  landed: Promise<void>
}

export const createSession = (node: Node, proof: Proof | null, locale: Locale | null, ip: string | null = null): Session => ({
  node, ip, ws: null, proof, actor: null, locale, since: 0, expires_at: 0, stage: 'anonymous', joined: null, left_meanwhile: null, inbox: null, pending: { frames: 0, length: 0 }, flight: null, outbox: null, reply_bytes: 0, malformed: 0, busy_since: 0, request: undefined,
}) // prettier-ignore

/** A session that has authenticated. */
export type LiveSession = Session & { actor: Actor }
