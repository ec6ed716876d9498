import { useState } from 'react'
import type { Rest } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { codeOf, detailsOf, Refused } from '../parts/explain.ts'
import { Field, PasswordField } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { useWords } from './hooks.ts'
import { useLeave } from './use-leave.ts'
import type { Words } from './words.ts'

/** Asks for the username, so that nobody gets here by two quick clicks, and for the password, so that nobody else does. */
export function DeleteAccount({ onClose }: { onClose(): void }) {
  const words = useWords()
  const { rest, session } = useApp()
  const leave = useLeave()
  const username = session.user.get()?.username ?? ''
  const [typed, setTyped] = useState('')
  const [password, setPassword] = useState('')
  const remove = async () => {
    if (typed.trim() !== username) throw new Refused(words.data.mismatch, 'username')
    await rest('DELETE /users/me', { body: { password } }).catch(async (error: unknown) => {
      throw codeOf(error) === 'RESOURCE_CONFLICT' ? await neededBy(error, rest, words) : error
    })
    await leave()
  }
  return (
    <Dialog title={words.data.sure} onClose={onClose}>
      <p>{words.data.deleteExplained}</p>
      <Form
        deed={remove}
        button={words.data.forGood}
        failures={{ INVALID_CREDENTIALS: { field: 'password', says: words.failures.wrongPassword } }}
        is_dangerous
        aside={<Button onClick={onClose}>{words.cancel}</Button>}
      >
        <Field
          name="username"
          label={words.data.username}
          hint={words.data.sureHint(username)}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
          required
        />
        <PasswordField
          name="password"
          label={words.data.password}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Form>
    </Dialog>
  )
}

/** Which rooms need another owner first, by their names; or that the server needs another administrator. */
async function neededBy(error: unknown, rest: Rest, words: Words): Promise<Refused> {
  const { room_ids = [] } = detailsOf<{ room_ids?: number[] }>(error)
  if (room_ids.length === 0) return new Refused(words.data.lastAdmin)
  const rooms = await Promise.all(
    room_ids.slice(0, 5).map((id) => rest('GET /rooms/{id}', { path: { id: String(id) } }).then(({ name }) => name)),
  )
  return new Refused(words.data.ownerOf(`${rooms.join(', ')}${room_ids.length > 5 ? ', …' : ''}`))
}
