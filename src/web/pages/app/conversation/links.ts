import { useCallback } from 'react'
import type { Message, Ref } from 'veza-js-sdk'

import { useShell, useText } from '../context.ts'
import { codeOf, useExplain } from '../parts/explain.ts'
import { pathOf } from '../route.ts'
import { conversation_words } from './words.ts'

/** The whole address of a message; of a reply, in its thread. */
function addressOf(ref: Ref, { id, parent_id }: Message): string {
  const side = parent_id === null ? null : ({ show: 'thread', message: parent_id, reply: id } as const)
  return location.origin + pathOf({ at: 'conversation', ref, message: id }, side)
}

/** What a timeline of this conversation needs to copy links, and to say what went wrong. */
export function useLinks(at: Ref) {
  const { tell } = useShell()
  const words = useText(conversation_words)
  const explain = useExplain()
  return {
    linkOf: useCallback((message: Message) => addressOf(at, message), [at]),
    onCopied: () => tell(words.link_copied),
    onError: (error: Error) => {
      if (error.name === 'NotAllowedError') tell(words.not_copied)
      else tell(codeOf(error) === 'MESSAGE_NOT_FOUND' ? words.no_message : explain(error))
    },
  }
}
