import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'

/** An answer of the issuer: its text, and for how long it says that it is good (`max-age`), in milliseconds. */
export interface Fetched {
  text: string
  max_age_ms: number | null
}

export interface KeySetOptions {
  /** Must be bounded in time and size. Rejects whatever goes wrong. */
  fetch(): Promise<Fetched>
  log: Log
  /** Milliseconds of a clock that only goes forward. */
  now?(): number
}

/** Between two fetches, whatever is asked meanwhile. */
const fetch_interval_ms = 30_000
const fresh_ms = { least: 60_000, usual: 600_000, most: 3_600_000 }
/** Keys of an issuer that is down are believed for so long after their last fetch. */
const stale_ms = 86_400_000
const max_keys = 64

/**
 * The public keys of an issuer (RFC 7517), fetched when first needed and when they are no longer fresh. A token that names a key we do not have makes us ask again,
 * as keys rotate; but never more than once in `fetch_interval_ms`, so that made-up names cost the issuer nothing. Those who wait, wait for the same fetch. While the issuer
 * does not answer, the keys it last gave stay good, and after a first time nobody waits for it.
 */
export function createKeySet({ fetch, log, now = () => performance.now() }: KeySetOptions): JWTVerifyGetKey {
  let known: { keyOf: ReturnType<typeof createLocalJWKSet>; at: number; fresh_until: number } | null = null
  let asked = -Infinity
  let asking: Promise<void> | null = null
  let failed = false

  async function ask(): Promise<void> {
    try {
      const { text, max_age_ms } = await fetch()
      const keyOf = createLocalJWKSet(read(text))
      const fresh = Math.min(fresh_ms.most, Math.max(fresh_ms.least, max_age_ms ?? fresh_ms.usual))
      known = { keyOf, at: now(), fresh_until: now() + fresh }
      failed = false
    } catch (error) {
      failed = true
      log.warn('The keys of an issuer could not be fetched', { error })
    }
  }

  /** Waits for a fetch, if one is under way or allowed. */
  async function refresh(): Promise<void> {
    if (asking === null) {
      if (now() - asked < fetch_interval_ms) return
      asked = now()
      asking = ask().finally(() => {
        asking = null
      })
    }
    await asking
  }

  return async (header, token) => {
    const isGood = known !== null && now() - known.at <= stale_ms
    if (known === null || now() > known.fresh_until) {
      const refreshed = refresh()
      if (!isGood || !failed) await refreshed
    }
    if (known === null || now() - known.at > stale_ms) throw unavailable()
    const tried = known
    try {
      return await tried.keyOf(header, token)
    } catch (cause) {
      if (!(cause instanceof errors.JWKSNoMatchingKey)) throw cause
      // Others may have come meanwhile.
      if (known === tried) await refresh()
      if (known === tried) throw cause
      return known.keyOf(header, token)
    }
  }
}

/** Not the fault of who has the token: it may be good. */
const unavailable = () => new AppError('SERVICE_UNAVAILABLE', undefined, fetch_interval_ms / 1000)

function read(text: string): JSONWebKeySet {
  const { keys } = JSON.parse(text) as { keys?: unknown }
  if (!Array.isArray(keys)) throw new TypeError('not a JSON Web Key Set')
  if (keys.length > max_keys) throw new RangeError(`more than ${max_keys} keys`)
  // Only what signs in public: a secret has no business there, and is not used if it is.
  const fit = keys.filter((key: unknown) => ['RSA', 'EC', 'OKP'].includes((key as { kty?: string } | null)?.kty ?? ''))
  return { keys: fit }
}
