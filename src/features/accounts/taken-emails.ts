import type { Audit, AuditEntry } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import { addressKey, type Limits } from '../../platform/limits/index.ts'
import type { Client } from './queries.ts'
import type { AccountSettings } from './settings.ts'

interface TakenEmailsParts {
  audit: Audit<Sql>
  limits: Limits
  settings: Pick<AccountSettings, 'user_emails' | 'max_taken_emails_per_hour'>
}

/** An address as it is compared. */
export const normalEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase()

/**
 * For whatever gives an account an address. One in use cannot be kept secret while nobody proves theirs by mail: so either nobody gives one (FEATURE_DISABLED), or of one
 * client address few are told, and then nothing of any (RATE_LIMIT_EXCEEDED). Counted beforehand, so that questions asked at once count each other.
 */
export function createTakenEmails({ audit, limits, settings }: TakenEmailsParts) {
  const rule = { points: settings.max_taken_emails_per_hour, duration_s: 3600 }
  return async <T>(
    client: Client,
    { action, actor }: { action: 'user.register' | 'user.update'; actor: AuditEntry['actor'] },
    give: () => Promise<T>,
  ): Promise<T> => {
    if (!settings.user_emails) throw new AppError('FEATURE_DISABLED', { field: 'email' })
    const { ip, request_id = null } = client
    const key = addressKey(ip)
    const taken = await limits.take('taken_emails', key, rule)
    if (!taken.allowed)
      throw new AppError('RATE_LIMIT_EXCEEDED', { action: 'taken_emails' }, Math.ceil(taken.reset_ms / 1000))
    try {
      const given = await give()
      await limits.giveBack('taken_emails', key)
      return given
    } catch (cause) {
      if (cause instanceof AppError && (cause.details as { field?: string } | undefined)?.field === 'email')
        audit.refused({ actor, ip, request_id, action, outcome: 'failure', error: cause })
      else await limits.giveBack('taken_emails', key)
      throw cause
    }
  }
}
