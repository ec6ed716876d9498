import { useCallback, useEffect, useRef, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { copy } from '../parts/copy.ts'
import { CopyLine } from '../parts/CopyLine.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Choice } from '../parts/Field.tsx'
import { Outcome } from '../parts/Form.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { useCalm } from '../parts/use-calm.ts'
import { useDeed } from '../parts/use-deed.ts'
import { useEnd } from '../parts/use-end.ts'
import { useFocusKept } from '../parts/use-focus-kept.ts'
import { useRegion } from '../parts/use-region.ts'
import { pathOf } from '../route.ts'
import { room_words } from './words.ts'

const day_s = 86_400
const endless = 'never'
/** As much of a code as tells links apart. */
const shown_of_code = 6

/** Between two questions about the links while many join. */
const apart_ms = 1500

const linkOf = (code: string): string => location.origin + pathOf({ at: 'join', code })

/** Makes links that let people into a room, and shows and revokes those that are about. */
export default function Invite({ room_id, onClose }: { room_id: number; onClose(): void }) {
  const chat = useSignedIn()
  const words = useText(room_words)
  const [uses, setUses] = useState('')
  const [lasts, setLasts] = useState(String(7 * day_s))
  const { value, again } = useLinks(room_id)
  const [made, setMade] = useState<{ code: string; links: typeof value } | null>(null)
  const show = (code: string) => setMade({ code, links: value })
  const deed = useDeed()
  const heading = useRef<HTMLHeadingElement>(null)
  // A link that is revoked, used up or over goes with its buttons.
  const kept = useFocusKept(heading)

  const make = () =>
    deed.run(async () => {
      const { code } = await chat.rest('POST /rooms/{id}/invites', {
        path: { id: String(room_id) },
        body: { max_uses: uses === '' ? null : Number(uses), expires_in: lasts === endless ? null : Number(lasts) },
      })
      show(code)
      again()
    })
  const take = (code: string) =>
    deed.run(async () => {
      try {
        await copy(linkOf(code))
        return words.copied
      } catch {
        // There it can be taken by hand.
        show(code)
        return words.not_copied
      }
    })
  const revoke = (code: string) =>
    deed.run(async () => {
      await chat.rest('DELETE /rooms/{id}/invites/{code}', { path: { id: String(room_id), code } })
      if (made?.code === code) setMade(null)
      again()
    })

  // One that was made since is not among them yet; one that is not among the next is used up.
  const is_about = made?.links === value || value?.invites.some(({ code }) => code === made?.code)
  const shown = is_about === true ? made?.code : undefined

  return (
    <Dialog title={words.invite} onClose={onClose}>
      <div className="app-form">
        <p className="app-muted">{words.invite_text}</p>
        <div className="app-form-row">
          <Choice
            label={words.invite_uses}
            value={uses}
            onChange={(event) => setUses(event.target.value)}
            options={[
              { value: '', label: words.without_limit },
              ...[1, 10, 100].map((count) => ({ value: String(count), label: words.times(count) })),
            ]}
          />
          <Choice
            label={words.invite_ends}
            value={lasts}
            onChange={(event) => setLasts(event.target.value)}
            options={[
              { value: String(day_s), label: words.a_day },
              { value: String(7 * day_s), label: words.a_week },
              { value: String(30 * day_s), label: words.a_month },
              { value: endless, label: words.never },
            ]}
          />
        </div>
        <Button kind="main" aria-disabled={deed.busy} onClick={make}>
          {words.make_link}
        </Button>
        <Outcome of={deed} />
        {shown !== undefined && <CopyLine key={shown} text={linkOf(shown)} words={words} />}
        <h3 ref={heading} tabIndex={-1}>
          {words.links}
        </h3>
        {value?.invites.length === 0 && <p className="app-muted">{words.no_links}</p>}
        <ul className="app-lines" onFocus={kept}>
          {value?.invites.map((invite) => (
            <InviteLine
              key={invite.code}
              invite={invite}
              onCopy={() => take(invite.code)}
              onRevoke={() => revoke(invite.code)}
            />
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

/** Those that work now: somebody who joins may have used one up, and each has its end. */
function useLinks(room_id: number) {
  const chat = useSignedIn()
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /rooms/{id}/invites', { path: { id: String(room_id) }, signal }),
    [chat, room_id],
  )
  const [{ value }, again, next] = useAsked(ask)
  const soon = useCalm(next, apart_ms)
  useEffect(
    () =>
      chat.on('member_joined', (joined) => {
        if (joined.room_id === room_id) soon()
      }),
    [chat, room_id, soon],
  )
  const ends = value?.invites.flatMap(({ expires_at }) => expires_at ?? []) ?? []
  // RFC 3339 in UTC sorts as it passes.
  useEnd(ends.toSorted()[0] ?? null, again)
  return { value, again }
}

interface LineProps {
  invite: shapes.Invite
  onCopy(): void
  onRevoke(): void
}

/** A link that is about: which one it is, who made it and when, and how long it works. */
function InviteLine({ invite, onCopy, onRevoke }: LineProps) {
  const words = useText(room_words)
  const locale = useRegion()
  const { code, created_by_username, created_at, uses, max_uses, expires_at } = invite
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const told = (time: string) => moment.format(new Date(time))
  const sign = `${code.slice(0, shown_of_code)}…`
  return (
    <li className="app-invite">
      <span>
        <code>{sign}</code>
        <span className="app-muted">{words.made_by(created_by_username, told(created_at))}</span>
        <span className="app-muted">
          {words.uses(uses, max_uses)} · {expires_at === null ? words.endless : words.ends(told(expires_at))}
        </span>
        {!invite.is_usable && <span className="app-danger">{words.not_usable}</span>}
      </span>
      <Button kind="quiet" aria-label={words.copy_link(sign)} onClick={onCopy}>
        {words.copy}
      </Button>
      <Button kind="quiet" aria-label={words.revoke_link(sign)} onClick={onRevoke}>
        {words.revoke}
      </Button>
    </li>
  )
}
