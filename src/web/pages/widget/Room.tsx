import { ChatRoom, LiveConnectionBar, LiveMessages, useSettings, useStore, useWords, type DraftStore, type Place } from 'veza-react-components' // prettier-ignore

import type { Line } from './lines.ts'
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
export function Room({ line, place, wishes, drafts, onSignIn }: RoomProps) {
  const problem = useStore(line.problem)
  const { isReadOnly, placeholder, signsIn } = wishes
  if (problem?.code === 'SIGNED_OUT') return <SignedOut onRetry={line.retry} {...(signsIn && { onSignIn })} />
  return (
    <div className={problem === null ? 'vz-widget-room' : 'vz-widget-room vz-without-token'}>
      {problem !== null && <Notice onRetry={line.retry} />}
      {isReadOnly ? (
        <div className="vz-chat-room">
          <div className="vz-conversation">
            <LiveConnectionBar />
            <LiveMessages of={place} may={() => false} />
          </div>
        </div>
      ) : (
        <ChatRoom of={place} input={{ drafts, ...(placeholder !== undefined && { placeholder }) }} />
      )}
    </div>
  )
}

function SignedOut({ onRetry, onSignIn }: { onRetry(): void; onSignIn?(): void }) {
  const words = useWords()
  const own = ownWords[useSettings().locale]
  return (
    <div className="vz-signed-out" part="notice" role="alert">
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
