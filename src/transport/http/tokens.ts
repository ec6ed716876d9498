import { jwt } from '@elysiajs/jwt'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Role } from '../../kernel/permissions.ts'

/** What an access token says (RFC 7519). `sub` is the user's id in decimal, `sid` the session. */
export interface Claims {
  sub: string
  sid: string
  role: Role
  username: string
  iat: number
  exp: number
  jti: string
}

export interface Tokens {
  /** Signs an access token that ends at `expires_at` (in whole seconds, rounded up). */
  sign(claims: Omit<Claims, 'iat' | 'exp' | 'jti'>, expires_at: Date): Promise<string>
  /** The claims of a token of ours. Throws `INVALID_TOKEN`, or `TOKEN_EXPIRED` for one that was good and has ended. */
  verify(token: string): Promise<Claims>
}

/** A longer text is no token of ours. */
const max_token_length = 4096
const max_clock_skew_ms = 60_000
/** Verified tokens kept: signatures cost far more than the rest of a request, and clients repeat their token. */
const max_remembered = 4096

/**
 * HS256 tokens of `@elysiajs/jwt`. The plugin is made once and its two functions are taken from it, because sockets
 * sign in outside of any HTTP handler. The algorithm is pinned (RFC 8725, 3.1), and so are issuer and audience.
 */
export function createTokens(options: { secret: string; issuer: string; audience: string; clock: Clock }): Tokens {
  const { secret, issuer, audience, clock } = options
  const plugin = jwt({ secret, alg: 'HS256', iss: issuer, aud: audience }).decorator.jwt
  const rules = { algorithms: ['HS256'], issuer, audience, requiredClaims: ['sub', 'sid', 'exp', 'iat', 'jti'] }
  const remembered = new Map<string, Claims>()

  const check = async (token: string): Promise<Claims> => {
    const now = clock.now()
    const claims = asClaims(await plugin.verify(token, { ...rules, currentDate: now }))
    if (claims !== null) {
      // Ours come from a clock near this one: whatever is dated later was not made by it.
      if (claims.iat * 1000 > now.getTime() + max_clock_skew_ms) throw new AppError('INVALID_TOKEN')
      return claims
    }
    // The plugin does not say why. A token that was good a second before its end has only expired.
    const end = endOf(token)
    if (end === null || end * 1000 > now.getTime()) throw new AppError('INVALID_TOKEN')
    const past = asClaims(await plugin.verify(token, { ...rules, currentDate: new Date((end - 1) * 1000) }))
    throw new AppError(past === null ? 'INVALID_TOKEN' : 'TOKEN_EXPIRED')
  }

  const remember = (token: string, claims: Claims) => {
    if (remembered.size >= max_remembered) remembered.delete(remembered.keys().next().value ?? '')
    remembered.set(token, claims)
  }

  return {
    sign: (claims, expires_at) =>
      plugin.sign({ ...claims, jti: crypto.randomUUID(), exp: Math.ceil(expires_at.getTime() / 1000) }),

    verify: async (token) => {
      if (token.length > max_token_length) throw new AppError('INVALID_TOKEN')
      const known = remembered.get(token)
      if (known === undefined) {
        const claims = await check(token)
        remember(token, claims)
        return claims
      }
      if (known.exp * 1000 > clock.now().getTime()) return known
      remembered.delete(token)
      throw new AppError('TOKEN_EXPIRED')
    },
  }
}

function asClaims(payload: unknown): Claims | null {
  if (typeof payload !== 'object' || payload === null) return null
  const claims = payload as Partial<Claims>
  const whole = isDecimalId(claims.sub) && isUuid(claims.sid) && typeof claims.exp === 'number'
  return whole ? (claims as Claims) : null
}

const isDecimalId = (text: unknown) => typeof text === 'string' && /^[1-9][0-9]{0,15}$/.test(text)
const isUuid = (text: unknown) =>
  typeof text === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

function endOf(token: string): number | null {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const exp = (payload as { exp?: unknown } | null)?.exp
    return typeof exp === 'number' && exp > 0 && exp < 8e12 ? exp : null
  } catch (cause) {
    if (cause instanceof SyntaxError) return null
    throw cause
  }
}
