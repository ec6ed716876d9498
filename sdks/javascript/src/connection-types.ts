import type { ChatOptions, ConnectionState, Store } from './api.ts'
import type { Frame, Settle } from './link.ts'
import type {
  AuthenticateData,
  AuthSuccessData,
  CommandData,
  CommandType,
  ReplyOf,
  ResumePoint,
} from './protocol.gen.ts'
import type { Tokens } from './token.ts'

export interface ConnectionOptions extends Pick<ChatOptions, 'client' | 'locale'> {
  /** Of `/ws`. */
  url: string
  WebSocket: typeof WebSocket
  tokens: Tokens
  /** Where the open conversations stand, asked for at each connecting. */
  resume(): ResumePoint[]
  /** In the turn of the answer, before any event: `asked` is what `resume` said, and null when a token was only renewed. */
  onWelcome(welcome: AuthSuccessData, asked: ResumePoint[] | null): void
  onEvent(frame: Frame): void
  /** The feeds are gone. */
  onLost(): void
}

export interface Connection {
  readonly state: Store<ConnectionState>
  connect(): Promise<void>
  disconnect(): void
  close(): void
  /** On the connection as it is, or `NOT_CONNECTED`; settles in the turn of the answer. */
  ask(type: CommandType, data: object, settle: Settle): void
  /** Goes on with a conversation if one is still in it, which `join_room` would not ask: settles as `ask`, with an entry of `resumed`. */
  resume(point: ResumePoint, settle: Settle): void
  tell(type: CommandType, data: object): void
  command<C extends CommandType>(type: C, data: CommandData[C], options?: { timeout_ms?: number }): Promise<ReplyOf<C>>
  /** Authenticates again on the same socket. */
  renew(also?: Partial<AuthenticateData>): Promise<void>
}
