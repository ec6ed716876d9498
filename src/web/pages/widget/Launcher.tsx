import { useId, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { isOf, useConversations, useSettings, useWords, type Place } from 'veza-react-components'

import { ownWords } from './words.ts'

interface LauncherProps {
  place: Place
  /** Without one, the chat is where the element is. */
  hasLauncher: boolean
  isOpen: boolean
  setOpen(isOpen: boolean): void
  children: ReactNode
}

/** A button that floats above the page and opens the chat, with what is unread. */
export function Launcher({ place, hasLauncher, isOpen, setOpen, children }: LauncherProps) {
  const { locale } = useSettings()
  const words = ownWords[locale]
  const summary = useConversations()?.find((each) => isOf(each, place))
  const unread = summary?.unread_count ?? 0
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const isNew = useRef(true)
  useLayoutEffect(() => {
    isNew.current = false
  }, [])
  if (!hasLauncher) {
    return (
      <div className="vz-widget-body" part="body">
        {children}
      </div>
    )
  }
  return (
    <>
      {isOpen && (
        <Panel id={id} name={summary?.name ?? words.chat} isNew={isNew} button={button} onClose={() => setOpen(false)}>
          {children}
        </Panel>
      )}
      <button
        ref={button}
        type="button"
        className="vz-launcher"
        part="launcher"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-label={isOpen ? words.closeChat : words.openChat(unread)}
        onClick={() => setOpen(!isOpen)}
      >
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
          <path
            d={isOpen ? cross : bubble}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.75"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
          {/* prettier-ignore */}
        </svg>
        {unread > 0 && !isOpen && (
          <span className="vz-badge" part="badge" aria-hidden="true">
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </button>
    </>
  )
}

const bubble =
  'M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z'
const cross = 'm6 6 12 12M18 6 6 18'

/** Whether somebody has just pressed something, as far as the browser says so, and does not write elsewhere in the page. */
const isHandAtWork = (): boolean =>
  ((navigator as Partial<Navigator>).userActivation?.isActive ?? true) &&
  document.activeElement?.matches(':read-write') !== true

interface PanelProps {
  id: string
  name: string
  /** Whether it was open from the beginning. */
  isNew: RefObject<boolean>
  /** What opens and closes it. */
  button: RefObject<HTMLButtonElement | null>
  onClose(): void
  children: ReactNode
}

/** Takes the focus when somebody opens it, and not where the page does that by itself, and gives it to the button; Escape closes it, unless something within has its own use for it. */
function Panel({ id, name, isNew, button, onClose, children }: PanelProps) {
  const words = useWords()
  const root = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const area = root.current
    if (area === null || isNew.current || !isHandAtWork()) return
    // On a phone a field would bring up the keyboard, over what one came to read.
    const field = matchMedia('(pointer: coarse)').matches ? null : area.querySelector('textarea')
    ;(field ?? area).focus({ preventScroll: true })
  }, [isNew])
  useLayoutEffect(() => {
    const [area, opener] = [root.current, button.current]
    return () => {
      if (area?.matches(':focus-within') === true) opener?.focus({ preventScroll: true })
    }
  }, [button])
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    const isWithin = event.target instanceof Element && event.target.closest('.vz-thread, .vz-message, .vz-picker') !== null // prettier-ignore
    if (!isWithin) onClose()
  }
  return (
    <div
      ref={root}
      id={id}
      className="vz-panel"
      part="panel"
      role="dialog"
      aria-label={name}
      tabIndex={-1}
      onKeyDown={pressed}
    >
      <header className="vz-pane-head" part="header">
        <h2 part="title">{name}</h2>
        <button type="button" className="vz-button" part="close" onClick={onClose}>
          {words.close}
        </button>
      </header>
      <div className="vz-widget-body" part="body">
        {children}
      </div>
    </div>
  )
}
