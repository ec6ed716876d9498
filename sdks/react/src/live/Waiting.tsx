import { useEffect, useReducer, useState } from 'react'
import type { Conversation, Pending } from 'veza-js-sdk'

import { useOutbox } from '../hooks.ts'
import { refKey } from '../ref.ts'
import { useWords } from '../settings.tsx'
import { useStore } from '../store.ts'

interface WaitingProps {
  of: Conversation
  parent_id: number | null
  /** Nobody writes here now, which is said in its place. */
  isDisabled: boolean
}

/** What the server does not take yet as too much was sent: how much of it is of here, and when it goes on. Nothing while all is well. */
export function Waiting({ of: conversation, parent_id, isDisabled }: WaitingProps) {
  const words = useWords()
  const outbox = useOutbox()
  const summary = useStore(conversation.summary)
  const places = [conversation.ref, summary?.ref ?? conversation.ref].map(refKey)
  const isHere = ({ ref }: Pending) => places.includes(refKey(ref))
  const refused = outbox.filter((pending) => isRefused(pending) && (isHere(pending) || !isSlow(pending)))
  const until = Math.max(0, ...refused.map(({ retry_at = 0 }) => retry_at))
  const seconds = useSecondsTo(until)
  const count = outbox.filter((one) => one.status !== 'failed' && one.parent_id === parent_id && isHere(one)).length
  const text = isDisabled || seconds <= 0 || count === 0 ? '' : words.waits(count, seconds, refused.every(isSlow))
  return (
    <div className={text === '' ? 'vz-hidden' : 'vz-waiting'}>
      {/* The seconds count down, and the messages up, for the eye only. */}
      <Said text={text} until={until} />
      <span aria-hidden="true">{text}</span>
    </div>
  )
}

const isRefused = ({ status, error }: Pending): boolean =>
  status !== 'failed' && (error?.code === 'RATE_LIMIT_EXCEEDED' || error?.code === 'SLOW_MODE')
const isSlow = ({ error }: Pending): boolean => error?.code === 'SLOW_MODE'

const left = (until: number): number => Math.ceil((until - Date.now()) / 1000)

/** Seconds that are left, drawn again each second while there are any. */
function useSecondsTo(until: number): number {
  const [, again] = useReducer((count: number) => count + 1, 0)
  const seconds = left(until)
  const isWaiting = seconds > 0
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(again, 1000)
    return () => clearInterval(timer)
  }, [isWaiting])
  return seconds
}

/** The sentence as it was when the wait began, or had another end. */
function Said({ text, until }: { text: string; until: number }) {
  const [said, say] = useState({ text: '', until: 0 })
  const isNew = (text === '') !== (said.text === '') || (text !== '' && said.until !== until)
  if (isNew) say({ text, until })
  return (
    <span className="vz-hidden" role="status">
      {said.text}
    </span>
  )
}
