import { createContext, useContext } from 'react'
import type { Message, Ref } from 'veza-js-sdk'

import type { Question } from '../parts/Confirm.tsx'

/** What may lie over the page; one at a time. */
export type DialogName =
  | { name: 'palette' }
  | { name: 'threads' }
  | { name: 'shortcuts' }
  | { name: 'browse' }
  | { name: 'create' }
  | { name: 'message' }
  | { name: 'invite'; room_id: number }
  | { name: 'room-settings'; room_id: number }
  | { name: 'add-people'; room_id: number }
  | { name: 'message-more'; message: Message; at: Ref }
  | { name: 'confirm'; question: Question }

export const DialogContext = createContext<((dialog: DialogName) => void) | null>(null)

/** Opens a dialog over the page. */
export function useDialog(): (dialog: DialogName) => void {
  const open = useContext(DialogContext)
  if (open === null) throw new Error('useDialog is for what is inside the frame.')
  return open
}
