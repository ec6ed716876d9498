import { createHash } from 'node:crypto'

import { AppError } from '../../kernel/errors.ts'
import { type Role, roleNames } from '../../kernel/permissions.ts'

/** What the claims of an issuer's tokens are called; an empty name means that there is none. */
export interface ClaimNames {
  subject: string
  username: string
  role: string
}

export interface Person {
  subject: string
  /** As the issuer gives it; null without one. */
  name: string | null
  /** Only one of ours; null for anything else. */
  role: Role | null
  /** What tells this session from others of the subject. */
  session: string
}

const max_subject = 255
const max_name = 64

/** What a token says of its subject, by the names that the configuration gives. `INVALID_TOKEN` for a subject that cannot be kept. */
export function personOf(claims: Readonly<Record<string, unknown>>, names: ClaimNames, token: string): Person {
  const claim = (name: string): unknown => (name !== '' && Object.hasOwn(claims, name) ? claims[name] : undefined)
  const subject = subjectOf(claim(names.subject))
  const role = claim(names.role)
  return {
    subject,
    name: nameOf(claim(names.username)),
    role: roleNames.find((name) => name === role) ?? null,
    session: sessionOf(claims, token),
  }
}

/** Some issuers count their users. */
function subjectOf(value: unknown): string {
  const subject = Number.isSafeInteger(value) ? String(value) : value
  const fits =
    typeof subject === 'string' &&
    subject !== '' &&
    subject.length <= max_subject &&
    subject.isWellFormed() &&
    !subject.includes('\0')
  if (!fits) throw new AppError('INVALID_TOKEN', { reason: 'no usable subject' })
  return subject
}

/** One line, without what cannot be seen or turns the direction of writing, and not longer than names here are. */
function nameOf(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const plain = value
    .slice(0, 1024)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
  const name = Array.from(plain).slice(0, max_name).join('').trim()
  return name === '' ? null : name
}

/**
 * `sid` is the session at the issuer, of which tokens follow each other; without one each token is a session, by its `jti` or as a whole. The whole is what is
 * signed: the signature itself can be written in several ways.
 */
function sessionOf({ sid, jti }: Readonly<Record<string, unknown>>, token: string): string {
  if (typeof sid === 'string' && sid !== '') return `sid ${sid}`
  if (typeof jti === 'string' && jti !== '') return `jti ${jti}`
  return `token ${token.slice(0, token.lastIndexOf('.'))}`
}

/** The same session has the same id on every node: a UUID of version 8 (RFC 9562) from a hash. */
export function sessionIdOf(issuer: string, { subject, session }: Person): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([issuer, subject, session]))
    .digest()
    .subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
