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
  readonly ip: string
  ws: ServerWebSocket<Session> | null
  proof: Proof | null
  actor: Actor | null
  locale: Locale
  /** Milliseconds since the epoch: when this socket has authenticated, for evicting the oldest. */
  since: number
  /** Milliseconds since the epoch: when its token ends. */
  expires_at: number
  stage: 'anonymous' | 'live' | 'expiring' | 'closed'
  /** Rooms whose live feed it gets, and DMs it follows. */
  joined: Set<number> | null
  inbox: Inbox | null
  malformed: number
  /** Milliseconds of `performance.now()`: when the command that runs now began; 0 between commands. */
  busy_since: number
  /** The request id of the command that runs now. */
  request: RequestId | undefined
}

/** Frames that wait for the command before them. It exists only while there are some. */
export interface Inbox {
  frames: (string | null)[]
  bytes: number
}

export const createSession = (node: Node, ip: string, proof: Proof | null, locale: Locale): Session => ({
  node, ip, ws: null, proof, actor: null, locale, since: 0, expires_at: 0, stage: 'anonymous', joined: null, inbox: null, malformed: 0, busy_since: 0, request: undefined,
}) // prettier-ignore

/** A session that has authenticated. */
export type LiveSession = Session & { actor: Actor }
