import type { TestServer } from '../services/server.ts'
import type { Cell } from './cast.ts'
import { type Column, columns } from './columns.ts'
import type { Row } from './document.ts'

const told = ['PERMISSION_DENIED', 'USER_BANNED', 'SESSION_REVOKED']

/** What the audit trail has to have of the cells of a row that asks for a token: refusals of a role, of a ban, and of a session that has ended. */
export const owed = ({ expected }: Row): Partial<Record<Column, string>> =>
  Object.fromEntries(
    columns.flatMap((column) => {
      const [, code = ''] = expected[column].split(' ')
      return told.includes(code) ? [[column, code]] : []
    }),
  )

/** What it has of refusals at the address: who is judged by a token of a session that has ended is the target, and not who did it. */
export async function trailOf({ sql }: TestServer, { endpoint }: Row, cells: Cell[]) {
  const action = `http.${endpoint.replaceAll(/\{(\w+)\}/g, ':$1')}`
  const ids = cells.map(({ asker }) => asker.id)
  const found = await sql<{ who: string; code: string }[]>`
    select coalesce(actor_id::text, target_id) as who, details->>'code' as code from audit_log
    where outcome = 'denied' and action = ${action} and details->>'code' = any (${told}::text[]) and coalesce(actor_id::text, target_id) = any (${ids.map(String)}::text[])`
  const codes = new Map(found.map(({ who, code }) => [who, code]))
  return Object.fromEntries(
    cells.flatMap(({ column, asker }) => {
      const code = codes.get(`${asker.id}`)
      return code === undefined ? [] : [[column, code]]
    }),
  )
}
