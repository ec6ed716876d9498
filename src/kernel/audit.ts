/** What is written down of a deed: who did what to what, and how it ended. */
export interface AuditEntry {
  /** Null for a deed of the server itself, and of people who have not signed in. */
  actor: { id: number; ip?: string | null; request_id?: string | null } | null
  /** `noun.verb`, such as `room.delete`. */
  action: string
  outcome: 'success' | 'failure' | 'denied'
  target?: { type: 'user' | 'room' | 'dm' | 'message' | 'session'; id: number | string }
  conversation_id?: number
  details?: Record<string, unknown>
}

/** The one way into the audit trail. `Tx` is the database's handle of the transaction that makes the change, so that both are there or neither is. */
export interface Audit<Tx = unknown> {
  record(tx: Tx, entry: AuditEntry): Promise<void>
  /** A refusal, which changes nothing and so has no transaction. Returns at once; written soon, within bounds. */
  refused(entry: Omit<AuditEntry, 'outcome'> & { outcome?: 'denied' | 'failure' }): void
}
