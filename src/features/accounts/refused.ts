import { type Audit, type AuditEntry } from '../../kernel/audit.ts'
import { AppError, type ErrorCode } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Client } from './queries.ts'

type Tried =
  | 'session.begin'
  | 'user.update'
  | 'user.delete'
  | 'password.change'
  | 'password.confirm'
  | 'password.reset'
  | 'second_factor.confirm'

export type Refused = (
  action: Tried,
  client: Client,
  user_id?: number,
  actor?: AuditEntry['actor'],
) => (cause: unknown) => never

/** Codes that judge who somebody is; the others are about the request. */
const judged: ReadonlySet<ErrorCode> = new Set([
  'INVALID_CREDENTIALS',
  'INVALID_TOKEN',
  'ACCOUNT_LOCKED',
  'USER_BANNED',
])

/** For those who watch the log for attacks. The name that was tried is not in it: it may be a password typed into the wrong field. */
export const createRefused =
  ({ audit, log }: { audit: Audit<Sql>; log: Log }): Refused =>
  (action, client, user_id, actor = null) =>
  (cause) => {
    const code = cause instanceof AppError ? cause.code : 'INTERNAL_ERROR'
    log.warn('sign-in refused', { code, ip: client.ip, ...(user_id !== undefined && { user_id }) })
    if (!(cause instanceof AppError) || !judged.has(code)) throw cause
    const { ip, request_id = null } = client
    const target = user_id === undefined ? {} : ({ target: { type: 'user', id: user_id } } as const)
    audit.refused({ actor, ip, request_id, action, outcome: 'failure', ...target, error: cause })
    throw cause
  }
