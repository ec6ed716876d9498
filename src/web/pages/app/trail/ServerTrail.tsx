import { useCallback, useState } from 'react'

import { useSignedIn, useStore, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Choice, Field } from '../parts/Field.tsx'
import { Link } from '../parts/Link.tsx'
import { momentOf } from '../parts/moment.ts'
import { usePages } from '../parts/use-pages.ts'
import { ActionChoice } from './ActionChoice.tsx'
import { ActorChoice } from './ActorChoice.tsx'
import type { Entry } from './facts.ts'
import { Trail } from './Trail.tsx'
import { trail_words, type Action } from './words.ts'

const outcomes = ['success', 'failure', 'denied'] as const

interface Wanted {
  action: string
  outcome: string
  from: string
  to: string
}

/** What was done on the whole server; of one person, if `actor_id` says whose. */
export function ServerTrail({
  actor_id,
  onActor,
}: {
  actor_id: number | null
  onActor(actor_id: number | null): void
}) {
  const chat = useSignedIn()
  const words = useText(trail_words)
  const [wanted, setWanted] = useState<Wanted>({ action: '', outcome: '', from: '', to: '' })
  const want = (some: Partial<Wanted>) => setWanted({ ...wanted, ...some })
  const ask = useCallback(
    (cursor: string | null, signal: AbortSignal) => {
      const { action, from, to } = wanted
      const outcome = outcomes.find((one) => one === wanted.outcome)
      return chat.rest('GET /admin/audit', {
        query: {
          ...(action !== '' && { action }),
          ...(outcome !== undefined && { outcome }),
          ...(actor_id !== null && { actor_id }),
          ...(from !== '' && { from: momentOf(from) }),
          ...(to !== '' && { to: momentOf(to, 1) }),
          ...(cursor !== null && { cursor }),
        },
        signal,
      })
    },
    [chat, wanted, actor_id],
  )
  const list = usePages(ask)
  return (
    <>
      <p className="app-muted">{words.about}</p>
      <div className="app-form">
        <div className="app-form-row">
          <ActionChoice
            actions={Object.keys(words.actions) as Action[]}
            value={wanted.action}
            onChange={(action) => want({ action })}
          />
          <Choice
            label={words.outcome}
            value={wanted.outcome}
            onChange={(event) => want({ outcome: event.target.value })}
            options={[
              { value: '', label: words.any_outcome },
              ...outcomes.map((value) => ({ value, label: words.outcomes[value] ?? value })),
            ]}
          />
        </div>
        <div className="app-form-row app-form-foot">
          <Field
            label={words.from}
            type="date"
            value={wanted.from}
            onChange={(event) => want({ from: event.target.value })}
          />
          <Field
            label={words.to}
            type="date"
            value={wanted.to}
            onChange={(event) => want({ to: event.target.value })}
          />
          <Button onClick={list.again}>{words.refresh}</Button>
        </div>
        <ActorChoice actor_id={actor_id} onChange={onActor} />
      </div>
      <Trail list={list}>{(entry) => <Place entry={entry} />}</Trail>
    </>
  )
}

/** The room it was done in. Of a message one does not know whether that is one: a DM is of its two people alone. */
function Place({ entry }: { entry: Entry }) {
  const words = useText(trail_words)
  const conversations = useStore(useSignedIn().conversations)
  const { conversation_id: id, target_type, action } = entry
  if (typeof id !== 'number' || action === 'room.delete') return null
  const own = conversations?.find(({ ref }) => 'room_id' in ref && ref.room_id === id)
  if (own === undefined && !/^(?:room|member|invite)\./.test(action) && target_type !== 'room')
    return <p className="app-small">{words.numbered('dm', String(id))}</p>
  return (
    <Link to={{ at: 'conversation', ref: { room_id: id }, message: null }} className="app-small">
      {own === undefined ? words.in_room(id) : `#${own.name}`}
    </Link>
  )
}
