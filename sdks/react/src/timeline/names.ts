import type { TimelineItem } from 'veza-js-sdk'

/** The names of those who wrote what is in a timeline, or was. */
export function createNames() {
  const known = new Map<number, string>()
  let learned: readonly TimelineItem[] | null = null
  return {
    learn: (items: readonly TimelineItem[]): void => {
      if (items === learned) return
      learned = items
      for (const item of items) if (item.kind === 'message') known.set(item.message.author_id, item.message.username)
    },
    of: (user_id: number): string | undefined => known.get(user_id),
  }
}
