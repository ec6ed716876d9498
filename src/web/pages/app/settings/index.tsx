import { type ComponentType, type MouseEvent, useEffect, useRef } from 'react'

import { useApp } from '../context.ts'
import { ApiKeys } from './ApiKeys.tsx'
import { Appearance } from './Appearance.tsx'
import { Blocked } from './Blocked.tsx'
import { useWords } from './hooks.ts'
import { Language } from './Language.tsx'
import { Notifications } from './Notifications.tsx'
import { Profile } from './Profile.tsx'
import { Security } from './Security.tsx'
import './settings.css'
import type { Words } from './words.ts'
import { YourData } from './YourData.tsx'

export interface PartProps {
  navigate(to: string): void
}

type PartName = keyof Words['parts']

const parts: Record<PartName, ComponentType<PartProps>> = {
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

/** The settings: `part` as in `/settings/:part`, and '' is their list, which a wide window shows beside the first. */
export default function Settings({ part, navigate }: { part: string } & PartProps) {
  const words = useWords()
  const { locale } = useApp()
  const name = names.find((name) => name === part) ?? 'profile'
  const Part = parts[name]
  const heading = useRef<HTMLHeadingElement>(null)
  const last = useRef(part)
  useEffect(() => {
    if (last.current !== part) heading.current?.focus()
    last.current = part
  }, [part])
  useEffect(() => {
    const before = document.title
    document.title = `${words.parts[name]} · Veza Chat`
    return () => {
      document.title = before
    }
  }, [words, name])

  const link = (to: string, text: string, attributes: { className?: string; 'aria-current'?: 'page' | undefined } = {}) => (
    <a
      href={to}
      {...attributes}
      onClick={(event: MouseEvent) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        navigate(to)
      }}
    >
      {text}
    </a>
  )
  return (
    <div className="vs" data-list={part === ''} lang={locale}>
      <nav className="vs-nav" aria-label={words.settings}>
        {link('/', words.backToChat, { className: 'vs-back' })}
        <ul>
          {names.map((each) => (
            <li key={each}>{link(`/settings/${each}`, words.parts[each], { 'aria-current': each === name ? 'page' : undefined })}</li>
          ))}
        </ul>
      </nav>
      <main className="vs-part">
        {link('/settings', words.allSettings, { className: 'vs-back vs-up' })}
        <h1 ref={heading} tabIndex={-1}>
          {words.parts[name]}
        </h1>
        <Part key={name} navigate={navigate} />
      </main>
    </div>
  )
}
