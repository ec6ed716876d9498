import { ChatRoom, LiveConnectionBar, LiveMessages, useSettings, useStore, useWords, type DraftStore, type Place } from 'veza-react-components' // prettier-ignore

import type { Line } from './lines.ts'
import type { Wishes } from './wishes.ts'
import { ownWords } from './words.ts'

interface RoomProps {
  line: Line
  place: Place
  wishes: Wishes
  drafts: DraftStore
}

/** The conversation, below what keeps the page from signing one in. */
export function Room({ line, place, wishes, drafts }: RoomProps) {
  const problem = useStore(line.problem)
  const { isReadOnly, placeholder } = wishes
  return (
    <div className={problem === null ? 'vz-widget-room' : 'vz-widget-room vz-without-token'}>
      {problem !== null && <Notice isSignedOut={problem.code === 'SIGNED_OUT'} onRetry={line.retry} />}
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

function Notice({ isSignedOut, onRetry }: { isSignedOut: boolean; onRetry(): void }) {
  const words = useWords()
  const own = ownWords[useSettings().locale]
  return (
    <div className="vz-notice" part="notice" role="alert">
      <span>{isSignedOut ? own.signedOut : `${own.noToken} ${own.kept}`}</span>
      <button type="button" className="vz-button" onClick={onRetry}>
        {words.retry}
      </button>
    </div>
  )
}
