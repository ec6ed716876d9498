import type { Server } from 'bun'

import type { Actor, Caller } from '../../kernel/actor.ts'
import type { Refusal } from '../../kernel/audit.ts'
import type { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Metrics } from '../../platform/metrics/index.ts'
import type { Rates } from '../../platform/limits/index.ts'
import type { Command, Feature } from './command.ts'
import type { LogReader } from './hub.ts'
import type { Place } from './join.ts'
import type { LiveSession, Session } from './session.ts'

/** Proven by a token, an API key or a ticket. */
export interface Authenticated {
  actor: Actor
  expires_at: Date
  /** The language tag that the user has chosen, for those who ask for none. */
  locale?: string | null
  /** The public shape of the user, sent in `auth_success`. */
  user: object
}

/** Rejects with INVALID_TOKEN, TOKEN_EXPIRED, SESSION_REVOKED or USER_BANNED. */
export interface Identity {
  authenticate(token: string, caller: Caller): Promise<Authenticated>
  redeemTicket(ticket: string): Promise<Authenticated>
}

export interface Reference {
  room_id?: number | string
  conversation_id?: number
}

/** What one may not see is not found; a public room that one has not joined is denied. */
export type NoPlace = 'ROOM_NOT_FOUND' | 'CONVERSATION_NOT_FOUND' | 'PERMISSION_DENIED'

/** What authentication needs to know of conversations. */
export interface Places {
  /** Every room the user is a member of. */
  all(actor: Actor): Promise<Place[]>
  /** One entry for each reference, in order; why not, where the user is not a member. */
  some(actor: Actor, references: readonly Reference[]): Promise<(Place | NoPlace)[]>
  memberships(actor: Actor): Promise<object[]>
  /** Of each user, the conversations whose badge their sockets show. */
  ids(user_ids: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>>
}

export interface NodeLimits {
  max_message_length: number
  max_file_size: number
  max_frame_size: number
  max_connections: number
  max_connections_per_user: number
  connection_limit_policy: 'reject' | 'evict'
  inbound_queue_frames: number
  inbound_queue_bytes: number
  inbound_queue_total: number
  max_send_buffer: number
  max_malformed_frames: number
  max_resume_rooms: number
  resume_limit: number
  hot_tail_events: number
  hot_tail_bytes: number
  /** Milliseconds, as is `heartbeat_interval`. */
  auth_timeout: number
  request_timeout: number
  heartbeat_interval: number
}

export interface NodeOptions {
  bus: Bus
  reader: LogReader
  identity: Identity
  places: Places
  commands: readonly Command[]
  rates: Rates
  limits: NodeLimits
  features: Readonly<Record<Feature, boolean>>
  allowed_origins: readonly string[]
  log: Log
  metrics: Metrics
  server(): Server<Session>
  /** A socket has authenticated, in the tick of its `auth_success`. Not called when a token is renewed. */
  onLive?(session: LiveSession): void
  /** A socket that had authenticated is closed. */
  onEnd?(session: LiveSession): void
  /** A socket joined the live feed of a room by itself, not as a part of its authentication. */
  onJoin?(session: LiveSession, room_id: number): void
  /** A socket left the live feed of a conversation, or its user is no longer a member, joined or not. */
  onLeave?(session: LiveSession, conversation_id: number): void
  /** What may keep members from writing has changed, for one of them or, with null, for all. */
  onStanding?(conversation_id: number, user_id: number | null): void
  /** Whether others see this user as connected. */
  isOnline(user_id: number): boolean
  /** A client is answered with an error, or its authentication is refused. */
  onRefusal?(refusal: Refusal): void
  /** Turns a cause that is not an AppError into one, such as a lost database into SERVICE_UNAVAILABLE. */
  blame(cause: unknown): AppError
}
