import { useCallback, useEffect, useRef } from 'react'
import type { Presence, Ref, TimelineItem } from 'veza-js-sdk'
import { isGone } from 'veza-react-components'

import { useSignedIn, useStore } from '../context.ts'
import { useLooked } from '../parts/use-looked.ts'
import { createStore } from '../settable.ts'

const looks_apart_ms = 30_000

const nobody = createStore<Presence | null>(null)

/** The username of the other one of a direct message. That their account is gone, whoever is here as it goes is told by its presence alone. */
export function useOtherName(other: { user_id: number; username: string } | null): string {
  const chat = useSignedIn()
  const presence = useStore(other === null ? nobody : chat.presence(other.user_id))
  const told = presence?.username ?? ''
  return isGone(told) ? told : (other?.username ?? '')
}

const isBlocked = (item: TimelineItem): boolean => item.kind === 'pending' && item.pending.error?.code === 'CONVERSATION_BLOCKED' // prettier-ignore

/** The other's block is told to them alone: one learns of it by what is refused, and of its end by what comes, by looking, and by asking now and then. */
export function useUntoldBlock(ref: Ref, is_blocked: boolean): void {
  const chat = useSignedIn()
  const { items } = useStore(chat.conversation(ref).timeline)
  const is_dm = 'conversation_id' in ref
  // A room has none, and may have thousands of messages to look through.
  const refused = is_dm ? items.findLast(isBlocked)?.key : undefined
  const newest = is_dm ? items.findLast(({ kind }) => kind === 'message')?.key : undefined
  const is_doubtful = is_dm && is_blocked
  const ask = useCallback(() => {
    chat.refresh().catch((error: unknown) => error)
  }, [chat])
  useEffect(() => {
    if (refused !== undefined) ask()
  }, [refused, ask])
  // While it is blocked, another message is a reason to ask, too.
  const came = is_doubtful ? newest : undefined
  const before = useRef(newest)
  useEffect(() => {
    if (came !== undefined && came !== before.current) ask()
    before.current = newest
  }, [came, newest, ask])
  useLooked(is_doubtful ? ask : null, looks_apart_ms)
}
