import type { Ref, Summary } from 'veza-js-sdk'
import { PresenceDot, useShownName } from 'veza-react-components'

import { usePlace, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { IconButton } from '../parts/Button.tsx'
import { Icon, type IconName } from '../parts/Icon.tsx'
import { Link } from '../parts/Link.tsx'
import type { Side } from '../route.ts'
import { Note } from './Note.tsx'
import { useOtherName } from './use-other.ts'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

interface Props {
  at: Ref
  summary: Summary | null
  room: RoomFacts
}

/** Where one is, and what else there is to see of it. */
export function Header({ at, summary, room }: Props) {
  const words = useText(conversation_words)
  const { router } = useShell()
  const { side } = usePlace()
  const facts = room.asked.value
  const is_dm = 'conversation_id' in at
  const other = summary?.other_user ?? null
  const shownName = useShownName()
  const other_name = shownName(useOtherName(other))
  const name = other === null ? (facts?.name ?? summary?.name ?? '') : other_name
  const toggle = (show: 'details' | 'members' | 'pins' | 'search') => router.show(side?.show === show ? null : { show })
  const button = (show: 'details' | 'pins' | 'search', icon: IconName, label: string) => (
    <IconButton icon={icon} label={label} aria-pressed={side?.show === show} onClick={() => toggle(show)} />
  )
  return (
    <header className="app-head">
      <Link to={{ at: 'home' }} className="app-icon-button app-head-back" aria-label={words.back}>
        <Icon name="back" />
      </Link>
      <h1 tabIndex={-1} className="app-head-name">
        {!is_dm && <Icon name={facts?.is_public === false || summary?.is_public === false ? 'lock' : 'hash'} />}
        <span title={name}>{name}</span>
      </h1>
      {other === null ? (
        <p className="app-head-topic" title={facts?.topic ?? ''}>
          {facts?.topic}
        </p>
      ) : (
        <Other user_id={other.user_id} />
      )}
      {facts !== null && (
        <button
          type="button"
          className="app-head-count"
          aria-pressed={side?.show === 'members'}
          aria-label={words.members(facts.member_count)}
          title={words.people}
          onClick={() => toggle('members')}
        >
          <Icon name="people" />
          <span>{facts.member_count}</span>
        </button>
      )}
      {button('pins', 'pin', words.pins)}
      {button('search', 'search', words.search)}
      {button('details', 'info', words.details)}
    </header>
  )
}

/** How the other one of a direct message is, and what they say about it. */
function Other({ user_id }: { user_id: number }) {
  const presence = useStore(useSignedIn().presence(user_id))
  return (
    <>
      {presence !== null && <PresenceDot status={presence.status} />}
      <p className="app-head-topic app-head-note">
        <Note text={presence?.message} />
      </p>
    </>
  )
}

/** The title of what the pane beside shows. */
export const sideTitle = (side: Side, words: (typeof conversation_words)['en']): string =>
  ({
    thread: words.thread,
    details: words.details,
    members: words.people,
    pins: words.pins,
    search: words.search,
    trail: words.trail,
  })[side.show]
