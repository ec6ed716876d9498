import { useCallback, useDeferredValue, useState } from 'react'
import type { shapes } from 'veza-js-sdk'
import { Avatar } from 'veza-react-components'

import { useSignedIn, useText } from '../context.ts'
import { Choice, Field } from '../parts/Field.tsx'
import { Link } from '../parts/Link.tsx'
import { More } from '../parts/More.tsx'
import { usePages } from '../parts/use-pages.ts'
import { useSettled } from '../parts/use-settled.ts'
import { Failed, Skeleton } from '../parts/Waiting.tsx'
import { admin_words } from './words.ts'

export const roles = ['guest', 'user', 'moderator', 'admin'] as const
const statuses = ['active', 'banned'] as const

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

function Found({ list }: { list: ReturnType<typeof usePages<shapes.AdminUserPage>> }) {
  const words = useText(admin_words)
  const users = list.pages?.flatMap((page) => page.users) ?? null
  if (users === null)
    return list.error !== null ? <Failed error={list.error} onAgain={list.again} /> : <Skeleton lines={8} />
  return (
    <>
      {users.length === 0 && <p className="app-muted">{words.none_found}</p>}
      <ul className="app-accounts">
        {users.map((user) => (
          <AccountLine key={user.id} user={user} />
        ))}
      </ul>
      <More of={list} label={words.more} />
    </>
  )
}

function AccountLine({ user }: { user: shapes.AdminUser }) {
  const words = useText(admin_words)
  const { id, username, display_name, role, is_bot, status, is_online } = user
  const name = display_name ?? username
  const facts = [words.roles[role], is_bot && words.bot].filter((fact) => fact !== false)
  return (
    <li>
      <Link to={{ at: 'admin', part: 'people', id }} className="app-account">
        <Avatar user_id={id} name={name} size="small" status={is_online ? 'online' : 'offline'} />
        <span className="app-member-name">
          {name} <span className="app-muted">@{username}</span>
        </span>
        {status === 'banned' && <span className="app-danger">{words.banned}</span>}
        <span className="app-small">{facts.join(' · ')}</span>
      </Link>
    </li>
  )
}
