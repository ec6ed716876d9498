import { useCallback } from 'react'
import type { Message, Ref } from 'veza-js-sdk'
import type { ActionName, Command } from 'veza-react-components'

import { useSignedIn, useStore } from '../context.ts'
import { usePreferences } from '../settings/preferences.ts'
import { useCommands } from './use-commands.ts'
import type { RoomFacts } from './use-room.ts'

/** What is offered on a message of this conversation: only reading, where nobody may write. */
export function useMayOnMessages(room: RoomFacts): (action: ActionName, message: Message) => boolean {
  const me = useStore(useSignedIn().me)
  const id = me?.id
  const { may, silence } = room
  return useCallback(
    (action, { author_id }) => {
      const is_own = author_id === id
      if (action === 'edit') return is_own && silence === null
      if (action === 'remove') return is_own || may('delete_all_messages')
      if (action === 'pin') return may('pin_messages')
      return action !== 'react' || silence === null
    },
    [id, may, silence],
  )
}

/** How one writes here, if one may. */
export function useInput(at: Ref, room: RoomFacts): Input {
  const { enter_sends } = usePreferences()
  const commands = useCommands(at, room)
  const { silence } = room
  return { enterSends: enter_sends, commands, ...(silence !== null && { isDisabled: true, placeholder: silence }) }
}

interface Input {
  enterSends: boolean
  commands: readonly Command[]
  isDisabled?: boolean
  placeholder?: string
}
