import type { Caller } from '../../kernel/actor.ts'
import { type Audit, concerning } from '../../kernel/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import type { Verified, Verifier } from '../../platform/jwt/index.ts'
import type { Users } from '../users/index.ts'
import { actorOf } from './acting.ts'
import { type ClaimNames, type Person, personOf, sessionIdOf } from './claims.ts'
import * as queries from './issuer-queries.ts'
import type { Identity, IdentityRow } from './issuer-queries.ts'
import { createProvisioning } from './provisioning.ts'
import type { AccountRow } from './queries.ts'
import type { Authenticated } from './sessions.ts'

/** An entry of `[[security.issuers]]`, as far as its users are concerned. */
export interface Issuer {
  name: string
  claims: ClaimNames
  provision: boolean
}

export interface IssuerParts<I extends Issuer> {
  sql: Sql
  audit: Audit<Sql>
  users: Users
  clock: Clock
  verifier: Verifier<I>
  /** Rejects with `USER_BANNED`; lifts a ban that is over. */
  requireStanding(row: AccountRow): Promise<void>
  /** Whether an account must have a second factor, and has none. */
  isConfined(row: AccountRow): boolean
}

/** `last_used_at` of a session is this exact. */
const use_grain_ms = 60_000

/**
 * Who comes with a token of somebody else's. A good token of an unknown subject makes the user; a name or a role that changed follows. Every token belongs to a
 * session of ours, so that it can be listed and ended like any other. A token that was seen before costs one query.
 */
export function createIssuers<I extends Issuer>({ verifier, ...parts }: IssuerParts<I>) {
  const { sql, audit, users, clock, requireStanding, isConfined } = parts
  const { provision, follow } = createProvisioning(parts)

  async function rowOf(issuer: I, identity: Identity, id: string, person: Person, at: Date, caller: Caller) {
    const [known] = await queries.identity(sql, identity, id)
    if (known !== undefined) {
      if (known.status === 'deleted' || !hasNews(known, person, at)) return known
      await follow(identity, person, at)
    } else {
      if (!issuer.provision) throw new AppError('INVALID_TOKEN', { reason: 'nobody here is this subject' })
      await provision(identity, person, at, caller)
    }
    const [row] = await queries.identity(sql, identity, id)
    if (row === undefined) throw new AppError('INVALID_TOKEN')
    return row
  }

  /** The first sight of a session writes it; after that only its later end, and now and then its use. */
  async function keepSession(seen: Seen<I>): Promise<void> {
    const { session_id, row, verified } = seen
    const now = clock.now()
    if (row.session_expires_at === null) return begin(seen, now)
    const isLonger = verified.expires_at > row.session_expires_at
    const isStale = now.getTime() - (row.session_used_at?.getTime() ?? 0) > use_grain_ms
    // One that was ended stays ended as long as tokens of it come.
    if (isLonger || (isStale && row.session_revoked_at === null))
      await queries.prolongSession(sql, session_id, verified.expires_at, now)
  }

  async function begin({ session_id: id, row, verified, issuer, identity, caller }: Seen<I>, now: Date): Promise<void> {
    const { ip, user_agent = null, request_id = null } = caller
    const { expires_at, issued_at } = verified
    await transact(sql, async (tx) => {
      const [moment] = await queries.notBefore(tx, identity)
      if (moment === undefined || isBefore(issued_at, moment)) throw concerning(row.id, new AppError('SESSION_REVOKED'))
      const [made] = await queries.insertSession(tx, { id, user_id: row.id, ip, user_agent, now, expires_at })
      if (made === undefined) return
      await audit.record(tx, {
        actor: { id: row.id, ip, request_id },
        action: 'session.begin',
        outcome: 'success',
        target: { type: 'session', id },
        details: { by: 'issuer', issuer: issuer.name, user_id: row.id },
      })
    })
  }

  return {
    /** The issuer that a token says it is of, unproven. */
    issuerOf: verifier.issuerOf,

    /** Throws `INVALID_TOKEN`, `TOKEN_EXPIRED`, `SESSION_REVOKED`, `USER_BANNED`, or `SERVICE_UNAVAILABLE` while the keys of the issuer cannot be had. */
    authenticate: async (issuer: I, token: string, caller: Caller): Promise<Authenticated> => {
      const verified = await verifier.verify(issuer, token)
      const person = personOf(verified.claims, issuer.claims, token)
      const identity = { issuer: issuer.name, subject: person.subject }
      const session_id = sessionIdOf(issuer.name, person)
      const row = await rowOf(issuer, identity, session_id, person, verified.issued_at, caller)
      const revoked = () => concerning(row.id, new AppError('SESSION_REVOKED'))
      if (row.status === 'deleted') throw revoked()
      await requireStanding(row)
      await keepSession({ session_id, row, verified, issuer, identity, caller })
      if (row.session_revoked_at !== null) throw revoked()
      if (verified.issued_at > row.claimed_at) await queries.noteSeen(sql, identity, verified.issued_at)
      return {
        actor: actorOf(row, session_id, isConfined(row)),
        get user() {
          return users.ownView(row)
        },
        locale: row.locale,
        expires_at: verified.expires_at,
      }
    },
  }
}

interface Seen<I> {
  session_id: string
  row: IdentityRow
  verified: Verified
  issuer: I
  identity: Identity
  caller: Caller
}

/** `iat` has whole seconds, so of a second that is cut in two the whole is refused. */
const isBefore = (issued_at: Date, { not_before }: { not_before: Date | null }): boolean =>
  not_before !== null && issued_at <= not_before

/** Whether a token that is newer than the last one says something else. What is not said is no news. */
const hasNews = (row: IdentityRow, { name, role }: Person, at: Date): boolean =>
  at > row.claimed_at && ((name !== null && name !== row.claimed_name) || (role !== null && role !== row.claimed_role))
