import { useCallback, useDeferredValue, useState } from 'react'
import type { Presence, shapes } from 'veza-js-sdk'
import { Avatar, usePresences } from 'veza-react-components'

import { useSignedIn, useText } from '../context.ts'
import { Note } from '../conversation/Note.tsx'
import { Choice, Field } from '../parts/Field.tsx'
import { Link } from '../parts/Link.tsx'
import { Paged } from '../parts/Paged.tsx'
import { usePages, type Pages } from '../parts/use-pages.ts'
import { useSettled } from '../parts/use-settled.ts'
import { admin_words } from './words.ts'

export const roles = ['guest', 'user', 'moderator', 'admin'] as const
const statuses = ['active', 'banned'] as const
const most_followed = 200

/** The accounts of the server, to look through and to open. */
export function People() {
  const chat = useSignedIn()
  const words = useText(admin_words)
  const [text, setText] = useState('')
  const [role, setRole] = useState('')
  const [status, setStatus] = useState('')
  const q = useDeferredValue(useSettled(text.trim().replace(/^@/, '')))
  const ask = useCallback(
    (cursor: string | null, signal: AbortSignal) => {
      const of_role = roles.find((one) => one === role)
      const of_status = statuses.find((one) => one === status)
      return chat.rest('GET /admin/users', {
        query: {
          ...(q !== '' && { q }),
          ...(of_role !== undefined && { role: of_role }),
          ...(of_status !== undefined && { status: of_status }),
          ...(cursor !== null && { cursor }),
        },
        signal,
      })
    },
    [chat, q, role, status],
  )
  const list = usePages(ask)
  return (
    <>
      <search className="app-form">
        <Field
          label={words.find}
          hint={words.find_hint}
          type="search"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="app-form-row">
          <Choice
            label={words.role}
            value={role}
            onChange={(event) => setRole(event.target.value)}
            options={[
              { value: '', label: words.any_role },
              ...roles.map((value) => ({ value, label: words.roles[value] })),
            ]}
          />
          <Choice
            label={words.status}
            value={status}
            onChange={(event) => setStatus(event.target.value)}
            options={[
              { value: '', label: words.any_status },
              ...statuses.map((value) => ({ value, label: words.statuses[value] })),
            ]}
          />
        </div>
      </search>
      <Found list={list} />
    </>
  )
}

function Found({ list }: { list: Pages<shapes.AdminUserPage> }) {
  const words = useText(admin_words)
  const users = list.pages?.flatMap((page) => page.users) ?? []
  const presenceOf = usePresences(users.slice(0, most_followed).map(({ id }) => id))
  return (
    <Paged list={list} more={words.more}>
      {() => (
        <>
          {users.length === 0 && <p className="app-muted">{words.none_found}</p>}
          <ul className="app-accounts">
            {users.map((user) => (
              <AccountLine key={user.id} user={user} presence={presenceOf(user.id)} />
            ))}
          </ul>
        </>
      )}
    </Paged>
  )
}

/** How somebody is, is told as it changes, as everywhere else. */
function AccountLine({ user, presence }: { user: shapes.AdminUser; presence: Presence | undefined }) {
  const words = useText(admin_words)
  const { id, username, display_name, role, is_bot, status, is_online } = user
  const name = display_name ?? username
  const facts = [words.roles[role], is_bot && words.bot].filter((fact) => fact !== false)
  return (
    <li>
      <Link to={{ at: 'admin', part: 'people', id }} className="app-account">
        <Avatar user_id={id} name={name} size="small" status={presence?.status ?? (is_online ? 'online' : 'offline')} />
        <span className="app-member-name">
          {name} <span className="app-muted">@{username}</span>
          <Note text={presence?.message} />
        </span>
        {status === 'banned' && <span className="app-danger">{words.banned}</span>}
        <span className="app-small">{facts.join(' · ')}</span>
      </Link>
    </li>
  )
}
