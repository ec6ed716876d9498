/**
 * A tag of what an answer says, whatever its coding: weak, by RFC 9110, 8.8.3. Of SHA-256, because people choose parts of what others are answered, and must not
 * be able to make two answers look like one.
 */
export const etagOf = (content: string | Uint8Array): string =>
  `W/"${new Bun.CryptoHasher('sha256').update(content).digest().subarray(0, 16).toString('base64url')}"`

/** Whether the client still has it: the weak comparison of RFC 9110, 8.8.3.2 and 13.1.2. */
export function holds(if_none_match: string | null, etag: string): boolean {
  if (if_none_match === null) return false
  if (if_none_match.trim() === '*') return true
  return [...if_none_match.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag.replace(/^W\//, ''))
}
