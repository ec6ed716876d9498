import type { PersonRow } from './queries.ts'
import type { UserPresence } from './schema.ts'

/** As the user's own devices see it: the true status, or offline without a connection. */
export function asOwn(row: PersonRow, online: boolean, current_room: number | null): UserPresence {
  return {
    user_id: row.id,
    username: row.username,
    status: online ? row.presence : 'offline',
    message: row.presence_message,
    last_seen: row.last_seen_at?.toISOString() ?? null,
    current_room: online ? current_room : null,
  }
}

/** Invisible is offline to the last field; and as a message can change while its author is invisible, nobody who is offline has one. */
export const asOthersSee = (own: UserPresence): UserPresence =>
  own.status === 'offline' || own.status === 'invisible'
    ? { ...own, status: 'offline', message: null, current_room: null }
    : own

/** For those whom the user has blocked: nothing that ever moves. */
export const asBlockedSee = (own: UserPresence): UserPresence => ({
  ...asOthersSee({ ...own, status: 'offline' }),
  last_seen: null,
})

export const presenceEvent = (data: UserPresence): string => JSON.stringify({ type: 'user_presence', data })

/** Of an account that is gone. */
export const ofNobody = (user_id: number): string =>
  presenceEvent({ user_id, username: `deleted-${user_id}`, status: 'offline', message: null, last_seen: null, current_room: null }) // prettier-ignore
