import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'

import { IconButton } from './Button.tsx'
import type { IconName } from './Icon.tsx'

export interface MenuItem {
  label: string
  run(): void
  danger?: boolean
  is_on?: boolean
}

interface Props {
  label: string
  icon?: IconName
  items: readonly (MenuItem | null)[]
  /** In place of the icon; what the button is called is in it. */
  children?: ReactNode
  className?: string
}

/** A button with a list of things to do: arrows walk it, Escape and Tab leave it. */
export function Menu({ label, icon = 'more', items, children, className = '' }: Props) {
  const [is_open, setOpen] = useState(false)
  const id = useId()
  const place = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const there = items.filter((item) => item !== null)

  const buttons = () => [...(list.current?.querySelectorAll('button') ?? [])]
  const close = (to_button: boolean) => {
    setOpen(false)
    if (to_button) place.current?.querySelector('button')?.focus()
  }
  useLayoutEffect(() => {
    if (!is_open) return
    list.current?.querySelector('button')?.focus()
    const leave = (event: Event) => {
      if (event.target instanceof Node && place.current?.contains(event.target) !== true) setOpen(false)
    }
    addEventListener('pointerdown', leave)
    addEventListener('focusin', leave)
    return () => {
      removeEventListener('pointerdown', leave)
      removeEventListener('focusin', leave)
    }
  }, [is_open, list, place])

  const walk = (event: KeyboardEvent) => {
    const all = buttons()
    const now = all.findIndex((button) => button === document.activeElement)
    const to: Record<string, number> = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }
    const next = to[event.key]
    if (event.key === 'Escape') close(true)
    else if (event.key === 'Tab') return close(false)
    else if (next === undefined) return
    else all[(next + all.length) % all.length]?.focus()
    event.preventDefault()
    event.stopPropagation()
  }
  const shared = {
    'aria-haspopup': 'menu',
    'aria-expanded': is_open,
    'aria-controls': is_open ? id : undefined,
    onClick: () => setOpen(!is_open),
  } as const
  return (
    <div ref={place} className={`app-menu ${className}`}>
      {children === undefined ? (
        <IconButton icon={icon} label={label} {...shared} />
      ) : (
        <button type="button" className="app-menu-button" {...shared}>
          {children}
        </button>
      )}
      {is_open && (
        <ul ref={list} id={id} className="app-menu-list" role="menu" aria-label={label} onKeyDown={walk}>
          {there.map(({ label, run, danger = false, is_on }) => (
            <li key={label} role="none">
              <button
                type="button"
                role={is_on === undefined ? 'menuitem' : 'menuitemradio'}
                aria-checked={is_on}
                tabIndex={-1}
                className={danger ? 'app-danger' : ''}
                onClick={() => {
                  close(true)
                  run()
                }}
              >
                {label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
