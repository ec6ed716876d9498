import { useCallback } from 'react'
import type { Ref } from 'veza-js-sdk'

import { useShell, useSignedIn, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

/** Asks before one leaves a room; null where one is no member. */
export function useLeaveQuestion(at: Ref, room: RoomFacts): (() => void) | null {
  const chat = useSignedIn()
  const { router } = useShell()
  const words = useText(conversation_words)
  const open = useDialog()
  const facts = room.asked.value
  const ask = useCallback(() => {
    if (facts === null) return
    open({
      name: 'confirm',
      question: {
        title: words.leave_title(facts.name),
        text: facts.is_public ? words.leave_public : words.leave_private,
        deed: words.leave,
        run: async () => {
          await chat.conversation(at).leave()
          router.go({ at: 'home' })
        },
      },
    })
  }, [chat, router, words, open, at, facts])
  return facts === null || facts.user_role === null ? null : ask
}
