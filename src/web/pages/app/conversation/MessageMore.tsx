import { useCallback } from 'react'
import type { Message, protocol, Ref } from 'veza-js-sdk'
import { useShownName } from 'veza-react-components'

import { useShell, useSignedIn, useStore, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { Button } from '../parts/Button.tsx'
import { copy } from '../parts/copy.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { useMemberDeeds } from './member-deeds.ts'
import { useRoom, type RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

/** What one does with a message less often, and with who wrote it. */
export default function MessageMore({ message, at, onClose }: { message: Message; at: Ref; onClose(): void }) {
  const chat = useSignedIn()
  const { tell } = useShell()
  const words = useText(conversation_words)
  const me = useStore(chat.me)
  const open = useDialog()
  const shownName = useShownName()
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
        reason: { label: words.reason_needed, required: true },
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
  const role = useRoleOf(at, message.author_id, room)
  const deeds = deedsOf({ user_id: message.author_id, username: message.username, ...(role !== null && { role }) })
  return (
    <Dialog title={words.message_of(shownName(message.username))} onClose={onClose} className="app-dialog-small">
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
        {deeds.map(({ label, id = label, run, danger = false }) => (
          <li key={id}>
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

/** The role of a member; null for who is none, any more or ever. Of a room so large that its members do not come at once, those beyond are taken for members: the server decides. */
function useRoleOf(at: Ref, user_id: number, room: RoomFacts): protocol.RoomRole | null {
  const chat = useSignedIn()
  const ask = useCallback(() => chat.conversation(at).members(), [chat, at])
  const [{ value: members }] = useAsked(ask)
  if (members === null) return null
  const known = members.find((member) => member.user_id === user_id)
  const has_more = (room.asked.value?.member_count ?? 0) > members.length
  // Whoever reads the roles has those of the server.
  return (known?.role as protocol.RoomRole | undefined) ?? (has_more ? 'member' : null)
}
