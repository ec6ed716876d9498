import type { UserRow } from './queries.ts'
import type { PublicUser } from './schema.ts'

/** A user as others see them. */
export const publicView = (
  row: Pick<UserRow, 'id' | 'username' | 'display_name' | 'role' | 'is_bot' | 'created_at'>,
): PublicUser => ({
  id: row.id,
  username: row.username,
  display_name: row.display_name,
  role: row.role,
  is_bot: row.is_bot,
  created_at: row.created_at.toISOString(),
})
