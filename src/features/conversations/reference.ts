import { AppError } from '../../kernel/errors.ts'
import type { Reference } from '../../transport/ws/index.ts'

/** What a reference names, and which error says that it is not there. VALIDATION_FAILED unless it names exactly one. */
export function named({ room_id, conversation_id }: Reference): {
  ref: number | string
  dm: boolean
  missing: 'ROOM_NOT_FOUND' | 'CONVERSATION_NOT_FOUND'
} {
  if (room_id !== undefined && conversation_id === undefined)
    return { ref: room_id, dm: false, missing: 'ROOM_NOT_FOUND' }
  if (conversation_id !== undefined && room_id === undefined)
    return { ref: conversation_id, dm: true, missing: 'CONVERSATION_NOT_FOUND' }
  throw new AppError('VALIDATION_FAILED', [
    { field: 'room_id', reason: 'give room_id or conversation_id, and only one of them' },
  ])
}
