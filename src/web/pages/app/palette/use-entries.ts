import { useCallback, useDeferredValue, useMemo } from 'react'
import { useShownName } from 'veza-react-components'

import { adminPartsOf } from '../admin/parts.ts'
import { usePlace, useLocale, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { inOrder, routeTo } from '../frame/order.ts'
import { useOwnUser } from '../own.ts'
import { useAsked } from '../parts/use-asked.ts'
import { useTry } from '../parts/use-deed.ts'
import { fit } from './fit.ts'
import { palette_words, type PaletteWords } from './words.ts'

export interface Entry {
  key: string
  group: 'conversations' | 'people' | 'commands'
  /** A character, or the lock of a private room. */
  sign: string
  label: string
  detail?: string
  run(): void
}

const most_of_group = 8

type Command = [name: Exclude<keyof PaletteWords, 'count'>, run: () => void]

/** Everything the palette can do for what was typed, best first in each group. */
export function useEntries(typed: string): Entry[] {
  const conversations = useConversationEntries()
  const people = usePeopleEntries(typed)
  const commands = useCommandEntries()
  return useMemo(() => {
    const best = (entries: Entry[]) =>
      entries
        .map((entry) => ({ entry, fits: fit(entry.label, typed) }))
        .filter((one): one is { entry: Entry; fits: number } => one.fits !== null)
        .toSorted((one, other) => one.fits - other.fits)
        .slice(0, most_of_group)
        .map(({ entry }) => entry)
    return [...best(conversations), ...people, ...best(commands)]
  }, [conversations, people, commands, typed])
}

function useConversationEntries(): Entry[] {
  const chat = useSignedIn()
  const { router } = useShell()
  const { route } = usePlace()
  const conversations = useStore(chat.conversations)
  const shownName = useShownName()
  return useMemo(
    () =>
      inOrder(conversations ?? [], route).map((summary) => ({
        key: JSON.stringify(summary.ref),
        group: 'conversations' as const,
        sign: summary.kind !== 'room' ? '@' : summary.is_public === false ? 'lock' : '#',
        label: summary.other_user === null ? summary.name : shownName(summary.name),
        ...(summary.unread_count > 0 && { detail: String(summary.unread_count) }),
        run: () => router.go(routeTo(summary)),
      })),
    [conversations, route, router, shownName],
  )
}

/** People whose name begins so, as the server finds them. */
function usePeopleEntries(typed: string): Entry[] {
  const chat = useSignedIn()
  const { router } = useShell()
  const attempt = useTry()
  const query = useDeferredValue(typed.trim().replace(/^@/, ''))
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /users/search', { query: { q: query, limit: 5 }, signal }),
    [chat, query],
  )
  const [{ value }] = useAsked(Array.from(query).length < 2 ? null : ask)
  return useMemo(
    () =>
      (value?.users ?? []).map(({ id, username, display_name }) => ({
        key: `user ${id}`,
        group: 'people' as const,
        sign: '@',
        label: display_name ?? username,
        detail: `@${username}`,
        run: () =>
          attempt(chat.directMessage(id).then(({ ref }) => router.go({ at: 'conversation', ref, message: null }))),
      })),
    [value, chat, router, attempt],
  )
}

function useCommandEntries(): Entry[] {
  const { router, locale: chosen, session } = useShell()
  const { route } = usePlace()
  const locale = useLocale()
  const words = useText(palette_words)
  const open = useDialog()
  const attempt = useTry()
  const [part] = adminPartsOf(useOwnUser()?.role)
  return useMemo(() => {
    const commands: Command[] = [
      ['browse', () => open({ name: 'browse' })],
      ['create', () => open({ name: 'create' })],
      ['message', () => open({ name: 'message' })],
      ['threads', () => open({ name: 'threads' })],
      ['settings', () => router.go({ at: 'settings', part: 'profile' })],
      ...(part === undefined ? [] : [['admin', () => router.go({ at: 'admin', part, id: null })] as Command]),
      ['shortcuts', () => open({ name: 'shortcuts' })],
      ['language', () => chosen.set(locale === 'en' ? 'fr' : 'en')],
      ['sign_out', () => attempt(session.signOut().then(() => router.go({ at: 'home' })))],
    ]
    if (route.at === 'conversation')
      commands.unshift(
        ['search', () => router.show({ show: 'search' })],
        ['details', () => router.show({ show: 'details' })],
      )
    return commands.map(([name, run]) => ({
      key: name,
      group: 'commands' as const,
      sign: '›',
      label: words[name],
      run,
    }))
  }, [router, chosen, session, route, locale, words, open, attempt, part])
}
