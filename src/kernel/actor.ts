import type { Role, Scope } from './permissions.ts'

/** Who acts: proven by a token, and the same for HTTP and WebSocket. */
export interface Actor {
  id: number
  username: string
  role: Role
  session_id: string
  /** What an API key is limited to; undefined for people who have signed in. */
  scopes?: readonly Scope[]
  /** Has to turn on a second factor before anything else: then the role is `guest`, whatever the account's is. */
  confined?: boolean
  /** Wants to look offline, as of when this was proven. */
  invisible?: boolean
  /** When the account was made, in milliseconds since the epoch. */
  created_at?: number
  /** Where this request comes from. */
  ip?: string | null
  request_id?: string | null
}

/** Where somebody who wants to prove who they are asks from. */
export interface Caller {
  ip: string | null
  user_agent?: string | null
  request_id?: string | null
}
