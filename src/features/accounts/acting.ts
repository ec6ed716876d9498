import type { Actor } from '../../kernel/actor.ts'
import type { AccountRow } from './queries.ts'

/** A row as who acts. Whoever is confined is a guest until they have turned on a second factor. */
export const actorOf = (row: AccountRow, session_id: string, confined: boolean): Actor => ({
  id: row.id,
  username: row.username,
  role: confined ? 'guest' : row.role,
  session_id,
  ...(confined && { confined }),
  invisible: row.presence === 'invisible',
  created_at: row.created_at.getTime(),
})
