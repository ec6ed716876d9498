import { useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import { ChatRoom, LiveConnectionBar, LiveMessages, useConversation, useSettings, useStore, useWords, type DraftStore, type Place } from 'veza-react-components' // prettier-ignore

import type { Line } from './lines.ts'
import { onDeleted, refusalOf } from './refusal.ts'
import type { Wishes } from './wishes.ts'
import { ownWords } from './words.ts'

interface RoomProps {
  line: Line
  place: Place
  wishes: Wishes
  drafts: DraftStore
  onSignIn(): void
}

/** The conversation, below what keeps the page from signing one in; nothing of it for who is signed out. */
export function Room(props: RoomProps) {
  const { line, wishes, onSignIn } = props
  const problem = useStore(line.problem)
  const hadFocus = useRef(false)
  if (problem?.code !== 'SIGNED_OUT') return <Inside {...props} hasToken={problem === null} hadFocus={hadFocus} />
  return <SignedOut hadFocus={hadFocus} onRetry={line.retry} {...(wishes.signsIn && { onSignIn })} />
}

/** Who had the focus in what goes, has it in what comes in its place. */
function useFocusPassed(hadFocus: RefObject<boolean>): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const area = place.current
    if (hadFocus.current) area?.querySelector<HTMLElement>('textarea, button')?.focus({ preventScroll: true })
    return () => {
      hadFocus.current = area?.matches(':focus-within') === true
    }
  }, [hadFocus])
  return place
}

interface InsideProps extends RoomProps {
  hasToken: boolean
  hadFocus: RefObject<boolean>
}

const nothing = () => false

function Inside({ line, place, wishes, drafts, hasToken, hadFocus }: InsideProps) {
  const { isReadOnly, placeholder } = wishes
  return (
    <div ref={useFocusPassed(hadFocus)} className={hasToken ? 'vz-widget-room' : 'vz-widget-room vz-without-token'}>
      {!hasToken && <Notice onRetry={line.retry} />}
      <Readable line={line} place={place}>
        {isReadOnly ? (
          <div className="vz-chat-room">
            <div className="vz-conversation">
              <LiveConnectionBar />
              <LiveMessages of={place} may={nothing} />
            </div>
          </div>
        ) : (
          <ChatRoom of={place} input={{ drafts, ...(placeholder !== undefined && { placeholder }) }} />
        )}
      </Readable>
    </div>
  )
}

/** The conversation, or why it is not one's to read. */
function Readable({ line: { chat }, place, children }: Pick<RoomProps, 'line' | 'place'> & { children: ReactNode }) {
  const conversation = useConversation(place)
  const { status, error } = useStore(conversation.timeline)
  const own = ownWords[useSettings().locale]
  const [isDeleted, setDeleted] = useState(false)
  useEffect(() => onDeleted(chat, place, () => setDeleted(true)), [chat, place])
  if (isDeleted && status === 'ready') setDeleted(false)
  const text = status === 'failed' && error !== null ? own.refused[refusalOf(error, isDeleted).code] : undefined
  const hadFocus = useRef(false)
  if (text === undefined) return <Live hadFocus={hadFocus}>{children}</Live>
  // What it is refused with is told by itself.
  const again = () => conversation.jumpToNewest().catch(() => undefined)
  return <Ending hadFocus={hadFocus} text={text} onRetry={again} />
}

type Passing = Pick<InsideProps, 'hadFocus'>

const Live = ({ hadFocus, children }: Passing & { children: ReactNode }) => (
  <div ref={useFocusPassed(hadFocus)} className="vz-widget-live">
    {children}
  </div>
)

function Ending({ hadFocus, text, onRetry }: Passing & { text: string; onRetry(): unknown }) {
  return (
    <div ref={useFocusPassed(hadFocus)} className="vz-signed-out" part="notice" role="alert">
      <p>{text}</p>
      <button type="button" className="vz-button" onClick={() => onRetry()}>
        {useWords().retry}
      </button>
    </div>
  )
}

interface SignedOutProps {
  hadFocus: RefObject<boolean>
  onRetry(): void
  onSignIn?(): void
}

function SignedOut({ hadFocus, onRetry, onSignIn }: SignedOutProps) {
  const words = useWords()
  const own = ownWords[useSettings().locale]
  return (
    <div ref={useFocusPassed(hadFocus)} className="vz-signed-out" part="notice" role="alert">
      <p>{own.signedOut}</p>
      {onSignIn !== undefined && (
        <button type="button" className="vz-button" part="sign-in" onClick={onSignIn}>
          {own.signIn}
        </button>
      )}
      <button type="button" className="vz-button" onClick={onRetry}>
        {words.retry}
      </button>
    </div>
  )
}

function Notice({ onRetry }: { onRetry(): void }) {
  const words = useWords()
  const own = ownWords[useSettings().locale]
  return (
    <div className="vz-notice" part="notice" role="alert">
      <span>{`${own.noToken} ${own.kept}`}</span>
      <button type="button" className="vz-button" onClick={onRetry}>
        {words.retry}
      </button>
    </div>
  )
}
