import type { shapes } from 'veza-js-sdk'

import type { AdminPart } from '../route.ts'

/** What somebody of this role may see of the administration: who may `manage_users`, and who may `view_audit_logs`. */
export function adminPartsOf(role: shapes.Role | undefined): readonly AdminPart[] {
  if (role === 'admin') return ['people', 'trail']
  return role === 'moderator' ? ['trail'] : []
}
