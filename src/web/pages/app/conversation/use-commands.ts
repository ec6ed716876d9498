import { useMemo } from 'react'
import type { Ref } from 'veza-js-sdk'
import type { Command } from 'veza-react-components'

import { useShell, useSignedIn, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { frame_words } from '../frame/words.ts'
import { useTry } from '../parts/use-deed.ts'
import { part_words } from '../parts/words.ts'
import { useLeaveQuestion } from './use-leave-question.ts'
import type { RoomFacts } from './use-room.ts'
import { conversation_words, type ConversationWords } from './words.ts'

const statuses = ['online', 'away', 'busy', 'invisible'] as const

type Name = keyof ConversationWords['commands']

/** What `/` at the beginning does here: what the menus do, and only what one may. */
export function useCommands(at: Ref, room: RoomFacts): readonly Command[] {
  const chat = useSignedIn()
  const { router, tell } = useShell()
  const words = useText(conversation_words)
  const names = useText(frame_words).statuses
  const { too_long } = useText(part_words)
  const open = useDialog()
  const attempt = useTry()
  const leave = useLeaveQuestion(at, room)
  const { asked, may, again } = room
  const room_id = asked.value?.id ?? null
  return useMemo(() => {
    /** Told at once, so that what was written stays. */
    const isTooLong = (text: string, most: number): boolean => {
      const is_so = Array.from(text).length > most
      if (is_so) tell(too_long(most))
      return is_so
    }
    const setStatus = (rest: string) => {
      const [first = '', ...others] = rest.split(/\s+/)
      const status = statuses.find((one) => [one, names[one].toLowerCase()].includes(first.toLowerCase()))
      if (status === undefined) return router.go({ at: 'settings', part: 'profile' })
      const text = others.join(' ')
      if (isTooLong(text, 128)) return false
      attempt(chat.setStatus(status, text).then(() => tell(words.status_set(names[status], text))))
    }
    const setTopic = (topic: string) => {
      if (room_id === null) return
      if (topic === '') return open({ name: 'room-settings', room_id })
      if (isTooLong(topic, 250)) return false
      attempt(chat.rest('PUT /rooms/{id}', { path: { id: String(room_id) }, body: { topic } }).then(again))
    }
    const runs: Record<Name, ((rest: string) => unknown) | null> = {
      search: (text) => router.show(text === '' ? { show: 'search' } : { show: 'search', text }),
      status: setStatus,
      members: room_id === null ? null : () => router.show({ show: 'members' }),
      topic: room_id !== null && may('manage_rooms') ? setTopic : null,
      invite: room_id !== null && may('create_invites') ? () => open({ name: 'invite', room_id }) : null,
      add: room_id !== null && may('manage_members') ? () => open({ name: 'add-people', room_id }) : null,
      leave,
    }
    return (Object.keys(runs) as Name[]).flatMap((name): Command[] => {
      const run = runs[name]
      return run === null ? [] : [{ ...words.commands[name], run: (rest) => run(rest.trim()) }]
    })
  }, [chat, router, tell, words, too_long, names, open, attempt, leave, room_id, may, again])
}
