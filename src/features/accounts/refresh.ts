import { type Audit, concerning } from '../../kernel/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { createSecret, hashSecret, type Vault } from '../../platform/crypto/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './queries.ts'
import type { AccountRow, Client, SessionRow } from './queries.ts'
import type { SignedIn } from './schema.ts'
import type { AccountSettings } from './settings.ts'

export interface RefreshParts {
  sql: Sql
  audit: Audit<Sql>
  vault: Vault
  clock: Clock
  log: Log
  settings: Pick<AccountSettings, 'jwt_refresh_duration'>
  /** Whose last use is not after this has been idle for too long. */
  unusedSince(): Date
  /** Throws `USER_BANNED`. */
  requireStanding(row: AccountRow): Promise<void>
  banned(of: Pick<AccountRow, 'banned_until' | 'ban_reason'>): AppError
  answer(row: SessionRow, refresh_token: string): Promise<SignedIn>
  /** Ends a session whose token was used twice. */
  end(of: { user_id: number; session_id: string }): Promise<void>
}

/**
 * RFC 9700, 4.14.2: each use of a refresh token replaces it, and a second use ends the session, because either the client or a thief holds the other copy. There is no time of grace, so of two at
 * once one wins and then loses its session too.
 *
 * But an answer may be lost, and who never heard of the next token has none. Who asked by a key that nobody else knows, and asks again by it, is the same, and gets the same next token for as long
 * as that was not used: it is made of the old one and of the key, by a key of the server, and is kept nowhere.
 */
export function createRefresh(parts: RefreshParts) {
  const { sql, audit, vault, clock, log, settings, unusedSince, requireStanding, banned, answer, end } = parts

  /** What the next token may be, the first of them unless it was made before the keys of the server were changed. */
  const nextOf = (refresh_token: string, key: string): string[] =>
    vault.blindIndexes(`${refresh_token} ${key}`, 'refresh token').map((bytes) => bytes.toString('base64url'))

  /** The answer that the client did not hear. */
  async function again(session_id: string, candidates: string[]): Promise<SignedIn | null> {
    if (candidates.length === 0) return null
    const [row] = await queries.sessionOfUnused(sql, session_id, candidates.map(hashSecret))
    const next = candidates.find((candidate) => row?.token_hash.equals(hashSecret(candidate)))
    if (row === undefined || next === undefined) return null
    await requireStanding(row)
    if (row.token_expires_at <= clock.now()) throw concerning(row.id, new AppError('TOKEN_EXPIRED'))
    return answer(row, next)
  }

  return async (refresh_token: string, client: Client, key?: string): Promise<SignedIn> => {
    const token_hash = hashSecret(refresh_token)
    const candidates = key === undefined ? [] : nextOf(refresh_token, key)
    const next = candidates[0] ?? createSecret()
    const [row] = await queries.rotateToken(sql, {
      token_hash,
      next_hash: hashSecret(next),
      now: clock.now(),
      next_expires_at: new Date(clock.now().getTime() + settings.jwt_refresh_duration),
      unused_since: unusedSince(),
    })
    if (row !== undefined) {
      await requireStanding(row)
      return answer(row, next)
    }
    const [known] = await queries.refreshTokenByHash(sql, token_hash)
    if (known === undefined) throw new AppError('INVALID_TOKEN')
    const { user_id, session_id } = known
    const is_over = known.revoked_at !== null || known.last_used_at <= unusedSince()
    if (is_over) throw concerning(user_id, new AppError('SESSION_REVOKED'))
    // Unused, so that it is good again when a ban ends.
    if (known.used_at === null)
      throw concerning(user_id, known.status === 'banned' ? banned(known) : new AppError('TOKEN_EXPIRED'))
    const unheard = await again(session_id, candidates)
    if (unheard !== null) return unheard
    log.warn('refresh token used twice, session revoked', { user_id, session_id })
    await end({ user_id, session_id })
    const error = new AppError('SESSION_REVOKED')
    // Whoever held the token: its user, or a thief.
    audit.refused({
      actor: null,
      ip: client.ip,
      request_id: client.request_id ?? null,
      action: 'session.reuse',
      target: { type: 'session', id: session_id },
      details: { user_id },
      error,
    })
    throw error
  }
}
