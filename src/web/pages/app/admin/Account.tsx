import { useCallback, type ReactNode } from 'react'
import type { Presence, shapes } from 'veza-js-sdk'
import { Avatar } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { codeOf } from '../parts/explain.ts'
import { Link } from '../parts/Link.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { useRegion } from '../parts/use-region.ts'
import { Failed, Skeleton } from '../parts/Waiting.tsx'
import { BanPart, FactorPart, PasswordPart, RolePart, SessionsPart } from './account-parts.tsx'
import { admin_words } from './words.ts'

/** One account, with what an administrator may do about it. */
export function Account({ id }: { id: number }) {
  const chat = useSignedIn()
  const words = useText(admin_words)
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /admin/users/{id}', { path: { id }, signal }),
    [chat, id],
  )
  const [{ value: user, error }, again] = useAsked(ask)
  const me = useStore(chat.me)
  const shared = user === null ? null : { user, onChanged: again }
  return (
    <>
      <Link to={{ at: 'admin', part: 'people', id: null }}>{words.back}</Link>
      {user === null && error === null && <Skeleton lines={6} />}
      {user === null && codeOf(error) === 'USER_NOT_FOUND' && <p className="app-muted">{words.not_there}</p>}
      {user === null && error !== null && codeOf(error) !== 'USER_NOT_FOUND' && (
        <Failed error={error} onAgain={again} />
      )}
      {user !== null && <About user={user} />}
      {shared !== null && user?.id === me?.id && <p>{words.own}</p>}
      {shared !== null && user?.id !== me?.id && (
        <>
          <RolePart {...shared} />
          <BanPart {...shared} />
          <SessionsPart {...shared} />
          <PasswordPart {...shared} />
          <FactorPart {...shared} />
        </>
      )}
    </>
  )
}

function About({ user }: { user: shapes.AdminUserDetail }) {
  const words = useText(admin_words)
  const locale = useRegion()
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const number = new Intl.NumberFormat(locale)
  const { id, username, display_name, email, created_at, active_sessions, room_count } = user
  const presence = useStore(useSignedIn().presence(id))
  const status = presence?.status ?? (user.is_online ? 'online' : 'offline')
  const seen = lastSeen(user, presence)
  const facts: [string, ReactNode][] = [
    [words.facts.id, id],
    [words.facts.email, email ?? words.none],
    [words.facts.created, date.format(new Date(created_at))],
    [words.facts.seen, status === 'offline' ? (seen === null ? words.never : date.format(seen)) : words.facts.online],
    [words.facts.sessions, number.format(active_sessions)],
    [words.facts.rooms, number.format(room_count)],
  ]
  return (
    <section className="app-account-part">
      <div className="app-person">
        <Avatar user_id={id} name={display_name ?? username} size="large" status={status} />
        <div>
          <h2>{display_name ?? username}</h2>
          <p className="app-small">
            @{username} · {words.roles[user.role]}
          </p>
        </div>
      </div>
      <dl className="app-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Link to={{ at: 'admin', part: 'trail', id }}>{words.trail_of}</Link>
    </section>
  )
}

/** When the last visit ended: the account was read once, and the presence is told when it changes. Those who have blocked one tell nothing. */
function lastSeen({ last_seen_at }: shapes.AdminUser, presence: Presence | null): Date | null {
  const times = [last_seen_at, presence?.last_seen].flatMap((at) => (typeof at === 'string' ? Date.parse(at) : []))
  return times.length === 0 ? null : new Date(Math.max(...times))
}
