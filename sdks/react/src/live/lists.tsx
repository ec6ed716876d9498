import { useCallback, useEffect, useState } from 'react'
import type { Member, Presence, Summary } from 'veza-js-sdk'

import { PresenceDot } from '../Avatar.tsx'
import { useConnection, useConversations, useOutbox, usePresence, useTyping } from '../hooks.ts'
import { ConnectionBar } from '../lists/ConnectionBar.tsx'
import { MemberList } from '../lists/MemberList.tsx'
import { RoomList, type RoomListProps } from '../lists/RoomList.tsx'
import { SearchResults, type SearchResult } from '../lists/SearchResults.tsx'
import { TypingLine } from '../lists/TypingLine.tsx'
import { useMembers } from '../members.ts'
import { usePresences } from '../presences.ts'
import { useChat, useCutOff } from '../provider.tsx'
import { isOf, placeText, type Place } from '../ref.ts'
import { useWords } from '../settings.tsx'
import { Problem, useProblems } from './problem.tsx'

/** A user's presence as a dot, followed while it is shown. */
export function LivePresence({ user_id }: { user_id: number }) {
  const presence = usePresence(user_id)
  return presence === null ? null : <PresenceDot status={presence.status} />
}

export interface LiveRoomListProps extends Omit<RoomListProps, 'conversations' | 'status' | 'note' | 'isUnsent'> {}

/** One's conversations, kept up to date, with the presence of those one writes with. */
export function LiveRoomList(props: LiveRoomListProps) {
  const conversations = useConversations()
  const others = conversations?.flatMap(({ other_user }: Summary) => (other_user === null ? [] : [other_user.user_id]))
  // The server follows up to 1,000 people for one connection; the newest are the first.
  const presenceOf = usePresences((others ?? []).slice(0, 200))
  const refused = useOutbox().filter(({ error }) => error !== null)
  return (
    <RoomList
      {...props}
      conversations={conversations}
      isUnsent={(summary) => refused.some(({ ref }) => isOf(summary, ref))}
      {...told(presenceOf)}
    />
  )
}

/** The members of a conversation, kept up to date. */
export function LiveMemberList({
  of: place,
  onSelect,
  picture,
}: {
  of: Place
  onSelect?(member: Member): unknown
  picture?(user_id: number): string | undefined
}) {
  const members = useMembers(place)
  const presenceOf = usePresences((members ?? []).slice(0, 200).map(({ user_id }) => user_id))
  return (
    <MemberList members={members} {...told(presenceOf)} {...(onSelect && { onSelect })} {...(picture && { picture })} />
  )
}

const told = (presenceOf: (user_id: number) => Presence | undefined) => ({
  status: (user_id: number) => presenceOf(user_id)?.status,
  note: (user_id: number) => presenceOf(user_id)?.message ?? undefined,
})

export function LiveTypingLine({ of: place }: { of: Place }) {
  const [people] = useTyping(place)
  return <TypingLine people={people} />
}

/** The state of the provider's connection, with how much waits to be sent. */
export function LiveConnectionBar() {
  const chat = useChat()
  const connection = useConnection()
  const queued = useOutbox().filter(({ status }) => status !== 'failed').length
  const retry = () => {
    // Whether it worked is in `connection`.
    const told = (): void => undefined
    chat.connect().then(told, told)
  }
  return <ConnectionBar connection={connection} queued={queued} isOffline={useCutOff() === 'offline'} onRetry={retry} />
}

export interface LiveSearchProps {
  query: string
  /** Only there. */
  of?: Place | undefined
  onSelect(result: SearchResult): unknown
}

/** Searches what one may read, a moment after the last key. */
export function LiveSearch({ query, of: place, onSelect }: LiveSearchProps) {
  const where = place === undefined ? '{}' : placeText(place)
  if (query.trim() === '') return null
  return <Found key={`${where} ${query}`} query={query} where={where} onSelect={onSelect} />
}

function Found({ query, where, onSelect }: { query: string; where: string; onSelect(result: SearchResult): unknown }) {
  const chat = useChat()
  const words = useWords()
  const isCutOff = useCutOff() !== null
  const problems = useProblems(undefined)
  const [found, setFound] = useState<{ list: readonly SearchResult[]; cursor: string | null } | null>(null)
  const { watch } = problems
  const ask = useCallback(
    async (cursor: string | null) => {
      const asked = { query, ...(JSON.parse(where) as object), ...(cursor !== null && { cursor }) }
      const { results, next_cursor } = await chat.command('search_messages', asked)
      setFound((now) => {
        if (cursor === null) return { list: results, cursor: next_cursor }
        // Asked for twice, it came already.
        if (now === null || now.cursor !== cursor) return now
        return { list: [...now.list, ...results], cursor: next_cursor }
      })
    },
    [chat, query, where],
  )
  const waits = isCutOff && found === null
  useEffect(() => {
    if (waits) return
    const timer = setTimeout(() => watch(ask(null)), 250)
    return () => clearTimeout(timer)
  }, [ask, watch, waits])
  if (waits) return <p className="vz-empty" role="status">{words.notLoadedYet}</p> // prettier-ignore
  const cursor = found?.cursor ?? null
  return (
    <>
      <Problem problems={problems} />
      <SearchResults
        results={found?.list ?? null}
        hasMore={cursor !== null}
        onMore={() => watch(ask(cursor))}
        onSelect={onSelect}
      />
    </>
  )
}
