import { useMemo } from 'react'
import type { Conversation } from 'veza-js-sdk'
import { useCutOff, useMembers } from 'veza-react-components'

import { useLocale, useSignedIn, useStore, useText } from '../context.ts'
import { useReadPointers } from './use-read-pointers.ts'
import { conversation_words } from './words.ts'

const most_named = 3

/**
 * Who has read what one wrote last, as long as nobody has written since. Where something follows that is not sent, and will not be in a moment, it belongs to `under` alone, that message; until it is known which of both
 * is so, nobody is named.
 */
export function useReceipts(conversation: Conversation): { text: string; under: number | null } {
  const chat = useSignedIn()
  const words = useText(conversation_words)
  const locale = useLocale()
  const me = useStore(chat.me)
  const { items, has_newer } = useStore(conversation.timeline)
  const members = useMembers(conversation.ref)
  const newest = items.findLast(({ kind }) => kind === 'message')
  const own = newest?.kind === 'message' && newest.message.author_id === me?.id && !has_newer ? newest.message : null
  const receipts = useReadPointers(conversation, own !== null)
  const pending = items.flatMap((item) => (item.kind === 'pending' ? [item.pending] : []))
  const is_cut_off = useCutOff() !== null
  const stays = is_cut_off || pending.some(({ status, error }) => status === 'failed' || error !== null)
  const under = pending.length > 0 && stays ? (own?.id ?? null) : null
  const since = own === null || (pending.length > 0 && !stays) ? Infinity : own.id

  const text = useMemo(() => {
    const readers = new Set([...receipts].filter(([id, read]) => id !== me?.id && read >= since).map(([id]) => id))
    if (readers.size === 0) return ''
    if ('conversation_id' in conversation.ref) return words.read
    // Whoever has left since has read it too, and is not there any more.
    const names = (members ?? []).filter(({ user_id }) => readers.has(user_id)).map(({ username }) => username)
    if (names.length === 0) return ''
    const others = names.length - Math.min(names.length, most_named)
    const named = [...names.slice(0, most_named), ...(others > 0 ? [words.others(others)] : [])]
    return words.read_by(new Intl.ListFormat(locale).format(named))
  }, [receipts, me, since, conversation, members, words, locale])
  return { text, under }
}
