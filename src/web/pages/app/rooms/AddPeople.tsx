import { useState } from 'react'
import type { shapes } from 'veza-js-sdk'
import { Avatar } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { codeOf, detailsOf } from '../parts/explain.ts'
import { Outcome } from '../parts/Form.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { FindPerson } from './FindPerson.tsx'
import { room_words } from './words.ts'

/** Makes people members of a room, without a link and one after the other. */
export default function AddPeople({ room_id, onClose }: { room_id: number; onClose(): void }) {
  const chat = useSignedIn()
  const words = useText(room_words)
  const me = useStore(chat.me)
  const deed = useDeed()
  const [members, setMembers] = useState<ReadonlySet<number>>(new Set())

  const add = ({ id: user_id, username }: shapes.User) =>
    deed.run(async () => {
      let said = words.person_added(username)
      try {
        await chat.rest('POST /rooms/{id}/members', { path: { id: String(room_id) }, body: { user_id } })
      } catch (error) {
        // Else they are in too many rooms.
        if (codeOf(error) !== 'RESOURCE_CONFLICT' || detailsOf<{ user_id: number }>(error).user_id === undefined)
          throw error
        said = words.member_already(username)
      }
      setMembers((members) => new Set([...members, user_id]))
      return said
    })
  return (
    <Dialog title={words.add_people} onClose={onClose}>
      <div className="app-form">
        <p className="app-muted">{words.add_people_text}</p>
        <FindPerson label={words.find_member}>
          {(user) => {
            const { id, username, display_name } = user
            return (
              <div className="app-member">
                <Avatar user_id={id} name={display_name ?? username} size="small" />
                <span className="app-member-name">
                  {display_name ?? username} <span className="app-muted">@{username}</span>
                </span>
                <Add
                  label={words.add_person(username)}
                  is_member={members.has(id) || id === me?.id}
                  is_busy={deed.busy}
                  onAdd={() => add(user)}
                />
              </div>
            )
          }}
        </FindPerson>
        <Outcome of={deed} />
      </div>
    </Dialog>
  )
}

/** It stays once it is pressed: who came to it by keyboard goes on from there. */
function Add(props: { label: string; is_member: boolean; is_busy: boolean; onAdd(): void }) {
  const words = useText(room_words)
  const { label, is_member, is_busy, onAdd } = props
  return (
    <Button
      aria-label={is_member ? words.in_room : label}
      aria-disabled={is_busy || is_member}
      onClick={() => !is_member && onAdd()}
    >
      {is_member ? words.in_room : words.add}
    </Button>
  )
}
