import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A random token of 256 bits in base64url (43 characters). */
export const createSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url')

/** SHA-256 of a random token: what the database keeps. Tokens carry enough entropy that no salt is needed. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** Compares in a time that depends on neither content nor length. */
export function sameBytes(left: string | Uint8Array, right: string | Uint8Array): boolean {
  const digest = (value: string | Uint8Array) => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(left), digest(right))
}
