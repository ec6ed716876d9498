import { useRef, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useShell, useSignedIn, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { ban_words, banChoices, banEndOf, banOf, type BanEnd } from '../parts/ban-ends.ts'
import { Button } from '../parts/Button.tsx'
import { CopyLine } from '../parts/CopyLine.tsx'
import { Choice, TextField } from '../parts/Field.tsx'
import { useTry } from '../parts/use-deed.ts'
import { useFocusAgain } from '../parts/use-focus-again.ts'
import { useRegion } from '../parts/use-region.ts'
import { roles } from './People.tsx'
import { admin_words } from './words.ts'

interface Props {
  user: shapes.AdminUserDetail
  onChanged(): void
}

const max_reason = 500

function useChange({ user, onChanged }: Props): (body: shapes.UserChange) => Promise<void> {
  const chat = useSignedIn()
  return async (body) => {
    await chat.rest('PUT /admin/users/{id}', { path: { id: user.id }, body })
    onChanged()
  }
}

export function RolePart(props: Props) {
  const { username, role: has } = props.user
  const words = useText(admin_words)
  const { tell } = useShell()
  const open = useDialog()
  const change = useChange(props)
  const [role, setRole] = useState<shapes.Role>(has)
  const give = () =>
    open({
      name: 'confirm',
      question: {
        title: words.give_title(username, words.roles[role]),
        text: words.give_text,
        deed: words.give,
        run: async () => {
          await change({ role })
          tell(words.given(username, words.roles[role]))
        },
      },
    })
  return (
    <section className="app-account-part">
      <h2>{words.role_title}</h2>
      <p className="app-muted">{words.role_text}</p>
      <div className="app-form-row app-form-foot">
        <Choice
          label={words.role}
          value={role}
          onChange={(event) => setRole(roles.find((one) => one === event.target.value) ?? has)}
          options={roles.map((value) => ({ value, label: words.roles[value] }))}
        />
        <Button aria-disabled={role === has} onClick={() => role !== has && give()}>
          {words.give}
        </Button>
      </div>
    </section>
  )
}

export function BanPart(props: Props) {
  const words = useText(admin_words)
  const is_banned = props.user.status === 'banned'
  const heading = useRef<HTMLHeadingElement>(null)
  useFocusAgain(heading, is_banned)
  return (
    <section className="app-account-part">
      <h2 ref={heading} tabIndex={-1}>
        {words.ban_title}
      </h2>
      {is_banned ? <Banned {...props} /> : <Ban {...props} />}
    </section>
  )
}

function Banned(props: Props) {
  const { username, banned_until, ban_reason } = props.user
  const words = useText(admin_words)
  const locale = useRegion()
  const { tell } = useShell()
  const attempt = useTry()
  const change = useChange(props)
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const lift = () => attempt(change({ active: true }).then(() => tell(words.lifted(username))))
  return (
    <>
      <p>{banned_until === null ? words.banned_for_good : words.banned_until(date.format(new Date(banned_until)))}</p>
      {ban_reason !== null && <p>{words.because(ban_reason)}</p>}
      <Button onClick={lift}>{words.lift}</Button>
    </>
  )
}

function Ban(props: Props) {
  const { username } = props.user
  const words = useText(admin_words)
  const of_bans = useText(ban_words)
  const { tell } = useShell()
  const open = useDialog()
  const change = useChange(props)
  const [ends, setEnds] = useState<BanEnd>('never')
  const [reason, setReason] = useState('')
  const ban = () =>
    open({
      name: 'confirm',
      question: {
        title: words.ban_sure(username),
        text: words.ban_text,
        deed: words.ban,
        run: async () => {
          await change(banOf(ends, reason))
          tell(of_bans.was_banned(username))
        },
      },
    })
  return (
    <>
      <p className="app-muted">{words.ban_text}</p>
      <Choice
        label={of_bans.ban_ends}
        value={ends}
        onChange={(event) => setEnds(banEndOf(event.target.value))}
        options={banChoices(of_bans)}
      />
      <TextField
        label={words.reason}
        maxLength={max_reason}
        rows={2}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Button kind="danger" onClick={ban}>
        {words.ban}
      </Button>
    </>
  )
}

export function SessionsPart({ user, onChanged }: Props) {
  const { id, username, active_sessions } = user
  const chat = useSignedIn()
  const words = useText(admin_words)
  const { tell } = useShell()
  const open = useDialog()
  const end = () =>
    open({
      name: 'confirm',
      question: {
        title: words.end_sure(username),
        text: words.end_text,
        deed: words.end_sessions,
        run: async () => {
          await chat.rest('POST /admin/users/{id}/revoke-sessions', { path: { id } })
          onChanged()
          tell(words.sessions_ended(username))
        },
      },
    })
  return (
    <section className="app-account-part">
      <h2>{words.sessions_title}</h2>
      <p className="app-muted">{words.sessions_text(active_sessions)}</p>
      <Button onClick={end}>{words.end_sessions}</Button>
    </section>
  )
}

export function PasswordPart({ user }: Props) {
  const { id, username, has_password } = user
  const chat = useSignedIn()
  const words = useText(admin_words)
  const locale = useRegion()
  const open = useDialog()
  const [made, setMade] = useState<shapes.ResetToken | null>(null)
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const make = () =>
    open({
      name: 'confirm',
      question: {
        title: words.make_sure(username),
        text: words.make_text,
        deed: words.make_link,
        run: async () => setMade(await chat.rest('POST /admin/users/{id}/password-reset', { path: { id } })),
      },
    })
  return (
    <section className="app-account-part">
      <h2>{words.password_title}</h2>
      <p className="app-muted">{has_password ? words.password_text : words.no_password}</p>
      {has_password && <Button onClick={make}>{words.make_link}</Button>}
      {made !== null && (
        <>
          <CopyLine text={`${location.origin}/reset#${made.reset_token}`} words={words} />
          <p className="app-small">{words.link_once(date.format(new Date(made.expires_at)))}</p>
        </>
      )}
    </section>
  )
}

export function FactorPart({ user }: Props) {
  const { id, username } = user
  const chat = useSignedIn()
  const words = useText(admin_words)
  const { tell } = useShell()
  const open = useDialog()
  const drop = () =>
    open({
      name: 'confirm',
      question: {
        title: words.drop_sure(username),
        text: words.drop_text,
        deed: words.drop,
        run: async () => {
          await chat.rest('DELETE /admin/users/{id}/2fa', { path: { id } })
          tell(words.dropped(username))
        },
      },
    })
  return (
    <section className="app-account-part">
      <h2>{words.factor_title}</h2>
      <p className="app-muted">{words.factor_text}</p>
      <Button onClick={drop}>{words.drop}</Button>
    </section>
  )
}
