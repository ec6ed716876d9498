import type { Role } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'

export interface UserRow {
  id: number
  username: string
  display_name: string | null
  role: Role
  status: 'active' | 'banned' | 'deleted'
  is_bot: boolean
  locale: string | null
  email_encrypted: Uint8Array | null
  email_verified_at: Date | null
  created_at: Date
}

export const userById = (sql: Sql, id: number) => sql<UserRow[]>`
  select id, username, display_name, role, status, is_bot, locale, email_encrypted, email_verified_at, created_at
  from users where id = ${id} and status <> 'deleted'`
