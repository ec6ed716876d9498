import { useState } from 'react'
import type { ChatError, Rest } from 'veza-js-sdk'
import { Button } from '../parts/Button.tsx'

import { useApp } from '../context.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { Field, Form } from './Form.tsx'
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
    if (typed.trim() !== username)
      throw refusal('VALIDATION_FAILED', [{ field: 'username', reason: words.data.mismatch }])
    await rest('DELETE /users/me', { body: { password } }).catch(async (error: unknown) => {
      throw await explained(error, rest, words)
    })
    await leave()
    return undefined
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
          onChange={setTyped}
          autoComplete="off"
          is_required
        />
        <Field
          name="password"
          type="password"
          label={words.data.password}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          is_required
        />
      </Form>
    </Dialog>
  )
}

const refusal = (code: string, details: unknown, message = ''): ChatError =>
  Object.assign(new Error(message), { code, details, retry_after: null })

/** Of a conflict, which rooms need another owner first, by their names. */
async function explained(error: unknown, rest: Rest, words: Words): Promise<unknown> {
  if (!(error instanceof Error && 'code' in error && error.code === 'RESOURCE_CONFLICT')) return error
  const { room_ids = [] } = ('details' in error ? (error.details ?? {}) : {}) as { room_ids?: number[] }
  if (room_ids.length === 0) return refusal('CONFLICT', undefined, words.data.lastAdmin)
  const rooms = await Promise.all(
    room_ids.slice(0, 5).map((id) => rest('GET /rooms/{id}', { path: { id: String(id) } }).then(({ name }) => name)),
  )
  return refusal('CONFLICT', undefined, words.data.ownerOf(`${rooms.join(', ')}${room_ids.length > 5 ? ', …' : ''}`))
}
