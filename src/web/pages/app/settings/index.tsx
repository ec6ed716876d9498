import { type ComponentType, type MouseEvent, useRef } from 'react'

import { useArrival } from '../parts/use-arrival.ts'
import { ApiKeys } from './ApiKeys.tsx'
import { Appearance } from './Appearance.tsx'
import { Blocked } from './Blocked.tsx'
import { useWords } from './hooks.ts'
import { Language } from './Language.tsx'
import { Notifications } from './Notifications.tsx'
import { Profile } from './Profile.tsx'
import { Security } from './Security.tsx'
import type { Words } from './words.ts'
import { YourData } from './YourData.tsx'

type PartName = keyof Words['parts']

const parts: Record<PartName, ComponentType> = {
  profile: Profile,
  security: Security,
  'api-keys': ApiKeys,
  appearance: Appearance,
  language: Language,
  notifications: Notifications,
  blocked: Blocked,
  data: YourData,
}
const names = Object.keys(parts) as PartName[]

/** Where the parts are a line that is wider than the screen. */
const intoSight = (link: HTMLElement | null): void => link?.scrollIntoView({ block: 'nearest', inline: 'center' })

/** The settings, whose `part` is as in `/settings/:part`. */
export default function Settings({ part, navigate }: { part: string; navigate(to: string): void }) {
  const words = useWords()
  const name = names.find((name) => name === part) ?? 'profile'
  const Part = parts[name]
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading)

  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    navigate(event.currentTarget.pathname)
  }
  return (
    <div className="vs">
      <div className="vs-columns">
        <nav className="vs-nav" aria-label={words.settings}>
          <ul>
            {names.map((each) => (
              <li key={each}>
                <a
                  ref={each === name ? intoSight : null}
                  href={`/settings/${each}`}
                  aria-current={each === name ? 'page' : undefined}
                  onClick={follow}
                >
                  {words.parts[each]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="vs-part">
          <h1 ref={heading} tabIndex={-1}>
            {words.parts[name]}
          </h1>
          <Part key={name} />
        </div>
      </div>
    </div>
  )
}
