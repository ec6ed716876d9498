import { AppError } from './errors.ts'

/** What every API key begins with, for scanners of secrets too. */
export const key_start = 'veza_ak_'

/** The token of `Authorization: Bearer` (RFC 6750), or null. */
export const bearerOf = (headers: Headers): string | null =>
  /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null

/** The token, or the API key of `X-API-Key`, which may stand in its place; null without either. `VALIDATION_FAILED` with both, `INVALID_TOKEN` for what is no key. */
export function credentialOf(headers: Headers): string | AppError | null {
  const key = headers.get('x-api-key')?.trim()
  if (key === undefined) return bearerOf(headers)
  if (headers.has('authorization'))
    return new AppError('VALIDATION_FAILED', [
      { field: 'X-API-Key', reason: 'give Authorization or X-API-Key, not both' },
    ])
  // What is no key is not taken for a token: whoever mixed them up should learn it.
  return key.startsWith(key_start) ? key : new AppError('INVALID_TOKEN', { reason: 'not an API key' })
}
