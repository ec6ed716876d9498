import { useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { Icon } from '../parts/Icon.tsx'
import { useUnreadThreads } from './context.ts'
import { thread_words } from './words.ts'

/** The way to the threads that wait for one; nothing while none does. */
export function ThreadsLine() {
  const words = useText(thread_words)
  const open = useDialog()
  const { length } = useUnreadThreads()
  if (length === 0) return null
  return (
    <button type="button" className="vz-room vz-unread app-threads-line" onClick={() => open({ name: 'threads' })}>
      <span className="vz-room-sign" aria-hidden="true">
        <Icon name="thread" />
      </span>
      <span className="vz-room-name" aria-hidden="true">
        {words.threads}
      </span>
      <span className="vz-badge" aria-hidden="true">
        {length > 99 ? '99+' : length}
      </span>
      <span className="vz-hidden">{words.waiting(length)}</span>
    </button>
  )
}
