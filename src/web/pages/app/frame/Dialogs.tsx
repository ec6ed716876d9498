import { useRef } from 'react'

import { useShell, useText } from '../context.ts'
import { Boundary } from '../parts/Boundary.tsx'
import { Confirm } from '../parts/Confirm.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { later } from '../parts/later.tsx'
import { part_words } from '../parts/words.ts'
import { Browse } from '../rooms/Browse.tsx'
import { room_words } from '../rooms/words.ts'
import type { DialogName } from './dialogs.ts'

const Palette = later(() => import('../palette/Palette.tsx'))
const Shortcuts = later(() => import('../keyboard/Shortcuts.tsx'))
const Invite = later(() => import('../rooms/Invite.tsx'))
const RoomSettings = later(() => import('../conversation/RoomSettings.tsx'))
const Threads = later(() => import('../threads/Threads.tsx'))
const AddPeople = later(() => import('../rooms/AddPeople.tsx'))
const MessageMore = later(() => import('../conversation/MessageMore.tsx'))
const CreateRoom = later(() => import('../rooms/CreateRoom.tsx'))
const NewMessage = later(() => import('../rooms/NewMessage.tsx'))

export const dialog_files = [
  Palette,
  Shortcuts,
  Invite,
  RoomSettings,
  AddPeople,
  CreateRoom,
  NewMessage,
  MessageMore,
  Threads,
]

interface Props {
  dialog: DialogName
  open(dialog: DialogName): void
  onClose(): void
}

/** What lies over the page. One that breaks is closed, and the page below it stays. */
export function Dialogs(props: Props) {
  const { tell } = useShell()
  const words = useText(part_words)
  const close = () => {
    props.onClose()
    tell(words.not_opened)
  }
  return (
    <Boundary broken={null} onBroken={close}>
      <One {...props} />
    </Boundary>
  )
}

function One({ dialog, open, onClose }: Props) {
  switch (dialog.name) {
    case 'palette':
      return <Palette onClose={onClose} />
    case 'threads':
      return <Threads onClose={onClose} />
    case 'shortcuts':
      return <Shortcuts onClose={onClose} />
    case 'create':
      return <CreateRoom onClose={onClose} />
    case 'message':
      return <NewMessage onClose={onClose} />
    case 'invite':
      return <Invite room_id={dialog.room_id} onClose={onClose} />
    case 'room-settings':
      return <RoomSettings room_id={dialog.room_id} onClose={onClose} />
    case 'add-people':
      return <AddPeople room_id={dialog.room_id} onClose={onClose} />
    case 'message-more':
      return <MessageMore message={dialog.message} at={dialog.at} onClose={onClose} />
    case 'confirm':
      return <Confirm question={dialog.question} onClose={onClose} />
    case 'browse':
      return <BrowseRooms open={open} onClose={onClose} />
  }
}

function BrowseRooms({ open, onClose }: Omit<Props, 'dialog'>) {
  const words = useText(room_words)
  const leaves = useRef(false)
  const leave = () => {
    leaves.current = true
    onClose()
  }
  return (
    <Dialog title={words.browse} onClose={onClose} leaves={leaves}>
      <Browse onCreate={() => open({ name: 'create' })} onOpened={leave} />
    </Dialog>
  )
}
