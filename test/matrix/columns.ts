import type { Role, RoomRole } from '../../src/kernel/permissions.ts'

/** Who asks, in the order of the tables of docs/permissions.md. */
export const columns = [
  'nobody',
  'guest',
  'user',
  "other's",
  'own',
  'member',
  'room mod',
  'room admin',
  'room owner',
  'mod in',
  'mod beside',
  'mod outside',
  'admin in',
  'admin beside',
  'admin outside',
  'revoked',
  'banned',
  'key without',
  'key with',
] as const
export type Column = (typeof columns)[number]

/** `own`: as the row says. `beside`: the room is public, and not joined. `outside`: it is private. */
type Place = RoomRole | 'own' | 'beside' | 'outside'

/** Somebody who comes with a session and is what they are. The other columns come as one of these, and something is wrong with how they do. */
export type Standing = Exclude<Column, 'nobody' | 'revoked' | 'banned' | 'key without' | 'key with'>

export const standings: Record<Standing, { role: Role; place: Place }> = {
  guest: { role: 'guest', place: 'member' },
  user: { role: 'user', place: 'beside' },
  "other's": { role: 'user', place: 'outside' },
  own: { role: 'user', place: 'own' },
  member: { role: 'user', place: 'member' },
  'room mod': { role: 'user', place: 'moderator' },
  'room admin': { role: 'user', place: 'admin' },
  'room owner': { role: 'user', place: 'owner' },
  'mod in': { role: 'moderator', place: 'member' },
  'mod beside': { role: 'moderator', place: 'beside' },
  'mod outside': { role: 'moderator', place: 'outside' },
  'admin in': { role: 'admin', place: 'member' },
  'admin beside': { role: 'admin', place: 'beside' },
  'admin outside': { role: 'admin', place: 'outside' },
}

/** What a column comes as, where those who may are of the standing `able`. */
export function standingOf(column: Column, able: Standing): Standing {
  if (column === 'nobody') return 'user'
  return column in standings ? (column as Standing) : able
}
