import { useCallback } from 'react'
import type { protocol } from 'veza-js-sdk'
import { isGone } from 'veza-react-components'

import { useShell, useSignedIn, useStore, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { ban_words, banChoices, banEndOf, banOf } from '../parts/ban-ends.ts'
import type { MenuItem } from '../parts/Menu.tsx'
import { refresh } from '../parts/refresh.ts'
import { useTry } from '../parts/use-deed.ts'
import { useBlocks } from './blocks.ts'
import { outranks } from './permissions.ts'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

const hour_ms = 3_600_000
const mutes = [
  { time: 'hour', ms: hour_ms },
  { time: 'day', ms: 24 * hour_ms },
] as const

type Person = Pick<protocol.Member, 'user_id' | 'username'> & Partial<Pick<protocol.Member, 'role' | 'muted_until'>>

/** What one may do with somebody: writing to them, and to a member of the room, whose `role` is known, what moderators do. */
export function useMemberDeeds(room: RoomFacts, onChanged: () => void): (person: Person) => MenuItem[] {
  const chat = useSignedIn()
  const { router, tell } = useShell()
  const words = useText(conversation_words)
  const of_bans = useText(ban_words)
  const attempt = useTry()
  const open = useDialog()
  const me = useStore(chat.me)
  const room_id = room.asked.value?.id
  const { blocked, changed } = useBlocks()

  return useCallback(
    ({ user_id, username, role, muted_until }) => {
      if (user_id === me?.id || isGone(username)) return []
      const lift: MenuItem = {
        id: 'block',
        label: words.unblock,
        run: () =>
          attempt(
            chat.rest('DELETE /users/{id}/block', { path: { id: user_id } }).then(() => {
              tell(words.was_unblocked(username))
              changed(user_id, false)
              return refresh(chat)
            }),
          ),
      }
      const block: MenuItem = {
        id: 'block',
        label: words.block,
        danger: true,
        run: () =>
          open({
            name: 'confirm',
            question: {
              title: words.block_title(username),
              text: words.block_text,
              deed: words.block,
              run: async () => {
                await chat.rest('POST /users/{id}/block', { path: { id: user_id } })
                tell(words.was_blocked(username))
                changed(user_id, true)
                await refresh(chat)
              },
            },
          }),
      }
      const of_block = blocked.has(user_id) ? lift : block
      const items: MenuItem[] = [
        {
          label: words.write_to,
          run: () =>
            attempt(
              chat.directMessage(user_id).then(({ ref }) => router.go({ at: 'conversation', ref, message: null })),
            ),
        },
      ]
      if (room_id === undefined) return [...items, of_block]
      const path = { id: String(room_id), user_id }
      const change = (body: { muted_until?: string | null; role?: protocol.RoomRole }) =>
        attempt(chat.rest('PUT /rooms/{id}/members/{user_id}', { path, body }).then(onChanged))
      const is_below = role !== undefined && outranks(me?.role ?? null, room.room_role, role)

      if (is_below && room.may('mute_users')) {
        const is_muted = typeof muted_until === 'string'
        for (const { time, ms } of is_muted ? [] : mutes)
          items.push({
            label: words.mute_for(words[time]),
            run: () => change({ muted_until: new Date(Date.now() + ms).toISOString() }),
          })
        if (is_muted) items.push({ label: words.unmute, run: () => change({ muted_until: null }) })
      }
      if (is_below && room.may('manage_members'))
        for (const next of ['member', 'moderator', 'admin'] as const)
          if (next !== role && outranks(me?.role ?? null, room.room_role, next))
            items.push({ label: words.role(words.roles[next]), run: () => change({ role: next }) })
      if (is_below && room.may('transfer_rooms'))
        items.push({
          label: words.role(words.roles.owner),
          run: () =>
            open({
              name: 'confirm',
              question: {
                title: words.owner_title(username),
                text: words.owner_text,
                deed: words.role(words.roles.owner),
                run: async () => {
                  await chat.rest('PUT /rooms/{id}/members/{user_id}', { path, body: { role: 'owner' } })
                  onChanged()
                },
              },
            }),
        })
      if (is_below && room.may('kick_users'))
        items.push({
          label: words.kick,
          danger: true,
          run: () =>
            open({
              name: 'confirm',
              question: {
                title: words.kick_title(username),
                text: words.kick_text,
                deed: words.kick,
                run: async () => {
                  await chat.rest('DELETE /rooms/{id}/members/{user_id}', { path })
                  onChanged()
                },
              },
            }),
        })
      if (room.may('manage_users'))
        items.push({
          label: words.ban,
          danger: true,
          run: () =>
            open({
              name: 'confirm',
              question: {
                title: words.ban_title(username),
                text: words.ban_text,
                deed: words.ban,
                reason: { label: words.ban_reason },
                choice: { label: of_bans.ban_ends, options: banChoices(of_bans) },
                run: async (reason, end) => {
                  await chat.rest('PUT /admin/users/{id}', {
                    path: { id: user_id },
                    body: banOf(banEndOf(end), reason),
                  })
                  tell(of_bans.was_banned(username))
                  onChanged()
                },
              },
            }),
        })
      return [...items, of_block]
    },
    [chat, me, room, room_id, words, of_bans, attempt, open, router, tell, onChanged, blocked, changed],
  )
}
