import { useCallback, useRef } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useShell, useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { codeOf } from '../parts/explain.ts'
import { Outcome } from '../parts/Form.tsx'
import { Link } from '../parts/Link.tsx'
import { refresh } from '../parts/refresh.ts'
import { useArrival } from '../parts/use-arrival.ts'
import { useAsked } from '../parts/use-asked.ts'
import { useDeed } from '../parts/use-deed.ts'
import { Waiting } from '../parts/Waiting.tsx'
import { room_words } from './words.ts'

/** Where an invite link leads: to what, of whom, and whether one wants it. */
export function Join({ code }: { code: string }) {
  const chat = useSignedIn()
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /invites/{code}', { path: { code }, signal }),
    [chat, code],
  )
  const [asked, again] = useAsked(ask)

  if (isGone(asked.error)) return <NoInvite />
  return (
    <Waiting asked={asked} onAgain={again}>
      {(invite) => <Invitation code={code} invite={invite} />}
    </Waiting>
  )
}

const isGone = (error: unknown): boolean => codeOf(error) === 'INVITE_NOT_FOUND'

function NoInvite() {
  const words = useText(room_words)
  return (
    <div className="app-empty">
      <p role="alert">{words.no_invite}</p>
      <Link to={{ at: 'home' }} className="app-button app-button-plain">
        {words.browse}
      </Link>
    </div>
  )
}

function Invitation({ code, invite }: { code: string; invite: shapes.InvitePreview }) {
  const chat = useSignedIn()
  const { router } = useShell()
  const words = useText(room_words)
  const deed = useDeed()
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading)
  const accept = () =>
    deed.run(async () => {
      const room = await chat.rest('POST /invites/{code}/accept', { path: { code } })
      await refresh(chat)
      router.go({ at: 'conversation', ref: { room_id: room.slug }, message: null }, { replace: true })
    })
  // It was taken back while the page was open.
  if (isGone(deed.error)) return <NoInvite />
  const { inviter } = invite
  return (
    <div className="app-empty">
      <h1 ref={heading} tabIndex={-1}>
        {words.invites_you(inviter.display_name ?? inviter.username, invite.room_name)}
      </h1>
      {(invite.room_description ?? '') !== '' && <p className="app-muted">{invite.room_description}</p>}
      <p className="app-small">{invite.is_member ? words.is_member : words.members(invite.member_count)}</p>
      <Button kind="main" aria-disabled={deed.busy} onClick={accept}>
        {invite.is_member ? words.go_there : words.accept}
      </Button>
      <Outcome of={deed} />
    </div>
  )
}
