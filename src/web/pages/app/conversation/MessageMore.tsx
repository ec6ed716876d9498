import type { Message, Ref } from 'veza-js-sdk'

import { useShell, useSignedIn, useStore, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { Button } from '../parts/Button.tsx'
import { copy } from '../parts/copy.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { useMemberDeeds } from './member-deeds.ts'
import { useRoom } from './use-room.ts'
import { conversation_words } from './words.ts'

const max_reason = 500

/** What one does with a message less often, and with who wrote it. */
export function MessageMore({ message, at, onClose }: { message: Message; at: Ref; onClose(): void }) {
  const chat = useSignedIn()
  const { tell } = useShell()
  const words = useText(conversation_words)
  const me = useStore(chat.me)
  const open = useDialog()
  const room = useRoom(at)
  const deedsOf = useMemberDeeds(room, room.again)
  const is_own = message.author_id === me?.id
  const report = () =>
    open({
      name: 'confirm',
      question: {
        title: words.report_title,
        text: words.report_text,
        deed: words.report,
        reason: { label: words.reason_needed, max: max_reason, required: true },
        run: async (reason) => {
          await chat.rest('POST /messages/{id}/report', { path: { id: message.id }, body: { reason } })
          tell(words.reported)
        },
      },
    })
  const take = () => {
    copy(message.content).then(
      () => tell(words.text_copied),
      () => tell(words.not_copied),
    )
    onClose()
  }
  const deeds = deedsOf({ user_id: message.author_id, username: message.username })
  return (
    <Dialog title={words.message_of(message.username)} onClose={onClose} className="app-dialog-small">
      <ul className="app-deeds">
        <li>
          <Button kind="quiet" onClick={take}>
            {words.copy_text}
          </Button>
        </li>
        {!is_own && (
          <li>
            <Button kind="quiet" onClick={report}>
              {words.report}
            </Button>
          </li>
        )}
        {deeds.map(({ label, run, danger = false }) => (
          <li key={label}>
            <Button
              kind="quiet"
              className={danger ? 'app-danger' : ''}
              onClick={() => {
                onClose()
                run()
              }}
            >
              {label}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
