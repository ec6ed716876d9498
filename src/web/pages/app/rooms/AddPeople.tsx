import { useState } from 'react'
import type { shapes } from 'veza-js-sdk'
import { Avatar } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { codeOf } from '../parts/explain.ts'
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
        if (codeOf(error) !== 'RESOURCE_CONFLICT') throw error
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
                {members.has(id) || id === me?.id ? (
                  <span className="app-small">{words.in_room}</span>
                ) : (
                  <Button aria-label={words.add_person(username)} aria-disabled={deed.busy} onClick={() => add(user)}>
                    {words.add}
                  </Button>
                )}
              </div>
            )
          }}
        </FindPerson>
        <Outcome of={deed} />
      </div>
    </Dialog>
  )
}
