import { useEffect } from 'react'
import type { protocol, Ref } from 'veza-js-sdk'

import { useShell, useSignedIn, useText } from '../context.ts'
import { refKey, type Route } from '../route.ts'
import { summaryOf } from '../frame/order.ts'
import { preferences } from '../settings/preferences.ts'
import { notification } from './browser.ts'
import { chime } from './sound.ts'
import { notify_words } from './words.ts'

interface News {
  title: string
  body: string
  ref: Ref
  message: number
}

const longest = 140

const placeOf = ({ room_id, conversation_id }: { room_id?: number; conversation_id?: number }): Ref =>
  room_id === undefined ? { conversation_id: conversation_id ?? 0 } : { room_id }

/** Tells of what concerns one while one does not look: mentions and direct messages, or every message, as chosen. */
export function useNotifications(): void {
  const chat = useSignedIn()
  const { router } = useShell()
  const words = useText(notify_words)
  useEffect(() => {
    const looksAt = (ref: Ref): boolean => {
      const { route } = router.get()
      const open = summaryOf(chat.conversations.get(), route)
      return (
        document.visibilityState === 'visible' &&
        document.hasFocus() &&
        open !== null &&
        refKey(open.ref) === refKey(ref)
      )
    }
    const tell = ({ title, body, ref, message }: News) => {
      const { sound, preview } = preferences.get()
      if (looksAt(ref)) return
      if (sound) chime()
      const shown = notification(title, {
        body: preview ? body.slice(0, longest) : '',
        tag: `${refKey(ref)} ${message}`,
      })
      if (shown === null) return
      shown.onclick = () => {
        shown.close()
        focus()
        router.go({ at: 'conversation', ref, message } satisfies Route)
      }
    }
    const is_own = (author: number) => author === chat.me.get()?.id
    const wants = (level: 'mentions' | 'all') => {
      const { notify } = preferences.get()
      return notify === 'all' || notify === level
    }
    const mentioned = (data: protocol.MentionData) => {
      if (is_own(data.author_id) || !wants('mentions')) return
      const ref = placeOf(data)
      tell({
        title: data.room_name === undefined ? data.username : words.mentioned(data.username, data.room_name),
        body: data.preview,
        ref,
        message: data.message_id,
      })
    }
    const written = (data: protocol.Message, level: 'mentions' | 'all') => {
      const mentions_me = data.room_id !== undefined && data.mentions.includes(chat.me.get()?.id ?? 0)
      // A mention has an event of its own.
      if (is_own(data.author_id) || mentions_me || !wants(level)) return
      const title = data.room_name === undefined ? data.username : words.mentioned(data.username, data.room_name)
      tell({ title, body: data.content_type === 'encrypted' ? '' : data.content, ref: placeOf(data), message: data.id })
    }
    const ends = [
      chat.on('mention', mentioned),
      chat.on('dm_message', (data) => written(data, 'mentions')),
      chat.on('room_message', (data) => written(data, 'all')),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [chat, router, words])
}
