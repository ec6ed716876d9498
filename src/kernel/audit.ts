import type { AppError } from './errors.ts'

/** What is written down of a deed: who did what to what, and how it ended. */
export interface AuditEntry {
  /** Null for a deed of the server itself, and of people who have not signed in. */
  actor: { id: number; ip?: string | null; request_id?: string | null } | null
  /** `noun.verb`, such as `room.delete`. */
  action: string
  outcome: 'success' | 'failure' | 'denied'
  target?: { type: 'user' | 'room' | 'dm' | 'message' | 'session' | 'key'; id: number | string }
  conversation_id?: number
  details?: Record<string, unknown>
}

/** The one way into the audit trail. `Tx` is the database's handle of the transaction that makes the change, so that both are there or neither is. */
export interface Audit<Tx = unknown> {
  record(tx: Tx, entry: AuditEntry): Promise<void>
  /** A refusal, or a request, which changes nothing and so has no transaction. Returns at once; written soon, within bounds. */
  refused(entry: RefusedEntry): void
}

export interface RefusedEntry extends Omit<AuditEntry, 'outcome'> {
  outcome?: AuditEntry['outcome']
  /** Where somebody without an actor asked from. */
  ip?: string | null
  request_id?: string | null
  /** What the client is told. Whoever tells the trail of the same error later, such as a transport, adds nothing. */
  error?: AppError
}

/** An error that a transport answers with; the trail keeps those that matter. */
export interface Refusal {
  error: AppError
  /** `ws.<command>` or `http.<METHOD> <route>`. */
  action: string
  /** Null for people who have not signed in. */
  actor: { id: number } | null
  ip: string | null
  request_id: string | null
  /** What the client named, unproven: of a frame its data, of a request what its path says. */
  subject?: { room_id?: unknown; conversation_id?: unknown; message_id?: unknown; user_id?: unknown }
}

const concerned = new WeakMap<AppError, number>()

/** Notes which user an error is about, for the trail alone: the client does not learn it. */
export function concerning(user_id: number, error: AppError): AppError {
  concerned.set(error, user_id)
  return error
}

export const whomConcerns = (error: AppError): number | undefined => concerned.get(error)
