import { useState } from 'react'
import type { Message as ChatMessage, TimelineItem } from 'veza-js-sdk'

import type { Problems } from './problem.tsx'

/** What is being edited in the composer, and the props that tell it. */
export function useEditing(
  items: readonly TimelineItem[],
  me: number | null,
  edit: (message_id: number, content: string) => Promise<ChatMessage>,
  problems: Problems,
) {
  const [editing, setEditing] = useState<{ message_id: number; content: string } | null>(null)
  const begin = ({ id, content }: ChatMessage) => setEditing({ message_id: id, content })
  const beginLast = () => {
    // What is on its way cannot be edited yet, and no older one is meant.
    const own = items.findLast((item) =>
      item.kind === 'pending'
        ? item.pending.status !== 'failed'
        : item.kind === 'message' && item.message.author_id === me && !item.message.is_deleted,
    )
    if (own?.kind === 'message') begin(own.message)
  }
  const save = (message_id: number, content: string) => {
    const before = editing
    setEditing(null)
    if (before?.content === content) return
    problems.watch(
      edit(message_id, content).catch((error: unknown) => {
        // What one wrote is not to be lost.
        setEditing({ message_id, content })
        throw error
      }),
    )
  }
  return {
    begin,
    input: { editing, onEdit: save, onCancelEdit: () => setEditing(null), onEditLast: beginLast },
  }
}
