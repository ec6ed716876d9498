import type { Ref } from 'veza-js-sdk'
import { LiveThreadPane } from 'veza-react-components'

import { useShell } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { useDeleteQuestion } from './use-delete-question.ts'
import { useInput, useMayOnMessages } from './use-may.ts'
import type { RoomFacts } from './use-room.ts'

export function Thread({ at, message, room }: { at: Ref; message: number; room: RoomFacts }) {
  const { router } = useShell()
  const open = useDialog()
  const askToDelete = useDeleteQuestion(at)
  return (
    <div className="app-side">
      <LiveThreadPane
        of={at}
        parent_id={message}
        may={useMayOnMessages(room)}
        input={useInput(at, room)}
        onMore={(message) => open({ name: 'message-more', message, at })}
        onRemove={askToDelete}
        onClose={() => router.show(null)}
      />
    </div>
  )
}
