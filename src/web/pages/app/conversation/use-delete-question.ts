import { useCallback } from 'react'
import type { Message, Ref } from 'veza-js-sdk'

import { useSignedIn, useStore, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { conversation_words } from './words.ts'

/** Asks before a message is deleted, and why if it is another's. Resolves to false: the question deletes it itself. */
export function useDeleteQuestion(at: Ref): (message: Message) => boolean {
  const chat = useSignedIn()
  const me = useStore(chat.me)
  const words = useText(conversation_words)
  const open = useDialog()
  return useCallback(
    (message) => {
      const is_own = message.author_id === me?.id
      open({
        name: 'confirm',
        question: {
          title: words.delete_message,
          text: words.delete_message_text,
          deed: words.delete,
          ...(!is_own && { reason: { label: words.reason } }),
          run: (reason) => chat.conversation(at).remove(message.id, reason === '' ? undefined : reason),
        },
      })
      return false
    },
    [chat, me, words, open, at],
  )
}
