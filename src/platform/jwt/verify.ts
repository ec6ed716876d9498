import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'

import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { createKeySet, type Fetched } from './key-set.ts'

export type Algorithm = 'HS256' | 'RS256' | 'ES256' | 'EdDSA'

export interface IssuerKeys {
  issuer: string
  audience: string
  /** Either this, for HS256... */
  secret: string
  /** ...or this, for the others. */
  jwks_url: string
  /** Empty: all that go with the kind of key. */
  algorithms: readonly Algorithm[]
}

export interface Verified {
  /** Every claim of the token, as the issuer signed them. */
  claims: JWTPayload
  issued_at: Date
  expires_at: Date
}

export interface Verifier<I> {
  /** The issuer that a token says it is of, unproven; undefined for what is no token or of somebody else. */
  issuerOf(token: string): I | undefined
  /** Throws `INVALID_TOKEN`, `TOKEN_EXPIRED`, or `SERVICE_UNAVAILABLE` while the issuer's keys cannot be had. */
  verify(issuer: I, token: string): Promise<Verified>
}

export interface VerifierOptions<I> {
  issuers: readonly I[]
  /** Bounded in time and size, and for the public internet. */
  fetch(url: string): Promise<Fetched>
  clock: Clock
  log: Log
  now?(): number
}

/** A longer text is no token of theirs. */
const max_token_length = 8192
/** How far clocks may be apart, for `iat` and `nbf`. `exp` is taken by our clock. */
const leeway_s = 60
/** Of the same reason; there are about ten for each issuer. */
const tell_every_ms = 60_000
/** The last second whose year has four digits. */
const last_second = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000
const public_algorithms: readonly Algorithm[] = ['RS256', 'ES256', 'EdDSA']

/**
 * Tokens of external issuers (RFC 7519). The algorithm is judged by what the issuer is configured with, before any key is looked for (RFC 8725, 3.1): a public key is
 * never taken for a secret, because an issuer has only one kind.
 */
export function createVerifier<I extends IssuerKeys>({
  issuers,
  fetch,
  clock,
  log,
  now,
}: VerifierOptions<I>): Verifier<I> {
  const known = new Map(issuers.map((issuer) => [issuer.issuer, issuer]))
  const keys = new Map<I, Uint8Array | JWTVerifyGetKey>(
    issuers.map((issuer) => [
      issuer,
      issuer.secret === ''
        ? createKeySet({ fetch: () => fetch(issuer.jwks_url), log, ...(now && { now }) })
        : new TextEncoder().encode(issuer.secret),
    ]),
  )
  const algorithmsOf = ({ secret, algorithms }: I) =>
    (secret === '' ? public_algorithms : (['HS256'] as const)).filter(
      (name) => algorithms.length === 0 || algorithms.includes(name),
    )

  /** Whoever embeds the chat learns what is wrong with their tokens, and whoever sends bad ones fills no log: each reason once a minute. */
  const told = new Map<string, number>()
  function tell({ issuer }: I, cause: unknown): void {
    const reason = cause instanceof errors.JOSEError ? cause.message : String(cause)
    const kind = `${issuer} ${cause instanceof errors.JOSEError ? cause.code : ''} ${cause instanceof errors.JWTClaimValidationFailed ? cause.claim : ''}`
    const at = performance.now()
    if (at - (told.get(kind) ?? Number.NEGATIVE_INFINITY) < tell_every_ms) return
    told.set(kind, at)
    log.warn('A token of an external issuer is refused', { issuer, reason })
  }

  return {
    issuerOf: (token) => {
      if (known.size === 0 || token.length > max_token_length) return undefined
      return known.get(String(claimsOf(token)?.['iss']))
    },

    verify: async (issuer, token) => {
      const key = keys.get(issuer)
      if (key === undefined || token.length > max_token_length) throw new AppError('INVALID_TOKEN')
      const at = clock.now()
      const { payload } = await jwtVerify(token, key as JWTVerifyGetKey, {
        algorithms: algorithmsOf(issuer),
        issuer: issuer.issuer,
        audience: issuer.audience,
        requiredClaims: ['exp', 'iat'],
        clockTolerance: leeway_s,
        currentDate: at,
      }).catch((cause: unknown): never => {
        if (cause instanceof AppError) throw cause
        tell(issuer, cause)
        throw new AppError(cause instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'INVALID_TOKEN')
      })
      const { iat = 0, exp = 0 } = payload
      if (exp * 1000 <= at.getTime()) throw new AppError('TOKEN_EXPIRED')
      if (!Number.isFinite(iat) || iat < 0 || iat * 1000 > at.getTime() + leeway_s * 1000)
        throw new AppError('INVALID_TOKEN')
      return {
        claims: payload,
        issued_at: new Date(Math.floor(iat) * 1000),
        expires_at: new Date(Math.min(exp, last_second) * 1000),
      }
    },
  }
}

function claimsOf(token: string): Record<string, unknown> | null {
  const [, payload, signature, more] = token.split('.', 4)
  if (payload === undefined || signature === undefined || more !== undefined) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : null
  } catch (cause) {
    if (cause instanceof SyntaxError) return null
    throw cause
  }
}
