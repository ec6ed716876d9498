import type { Session, Store } from 'veza-js-sdk'

import { createStore } from '../settable.ts'

/** A session that knows whether it ended without being asked to here: on another device, by an administrator, with the account. */
export interface OwnSession extends Session {
  was_ended: Store<boolean>
}

export function noticeEnd(session: Session): OwnSession {
  const was_ended = createStore(false)
  let is_leaving = false
  let had_user = session.user.get() !== null
  session.user.subscribe(() => {
    const has_user = session.user.get() !== null
    if (had_user !== has_user) was_ended.set(!has_user && !is_leaving)
    had_user = has_user
  })
  return {
    ...session,
    was_ended,
    signOut: async () => {
      is_leaving = true
      try {
        await session.signOut()
      } finally {
        is_leaving = false
      }
    },
  }
}
