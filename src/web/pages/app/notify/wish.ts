import type { Summary } from 'veza-js-sdk'

/** What one wants to hear of a conversation; a mention is heard with `all`, too. */
export type Wish = 'all' | 'mentions' | 'none'

/** As much as the level of the device and that of the conversation both let through. A direct message is meant for one as a mention is. */
export function wishOf({ kind, notification_level }: Pick<Summary, 'kind' | 'notification_level'>, device: Wish): Wish {
  if (device === 'none' || notification_level === 'none') return 'none'
  if (kind === 'dm') return 'all'
  return device === 'all' ? notification_level : 'mentions'
}
