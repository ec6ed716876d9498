import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'

import { IconButton } from './Button.tsx'
import type { IconName } from './Icon.tsx'

export interface MenuItem {
  label: string
  /** What it is called where its label changes while it may have the focus; the label, without one. */
  id?: string
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
    const [button, shown] = [place.current?.querySelector('button'), list.current]
    if (!is_open || button === null || button === undefined || shown === null) return
    const put = () => putBeside(button, shown)
    // Above all else, so that no pane cuts it off.
    shown.showPopover()
    put()
    shown.querySelector('button')?.focus({ preventScroll: true })
    const leave = (event: Event) => {
      if (event.target instanceof Node && place.current?.contains(event.target) !== true) setOpen(false)
    }
    addEventListener('pointerdown', leave)
    addEventListener('focusin', leave)
    addEventListener('resize', put)
    addEventListener('scroll', put, { capture: true, passive: true })
    return () => {
      removeEventListener('resize', put)
      removeEventListener('scroll', put, { capture: true })
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
        <ul
          ref={list}
          id={id}
          popover="manual"
          className="app-menu-list"
          role="menu"
          aria-label={label}
          onKeyDown={walk}
        >
          {there.map(({ label, id = label, run, danger = false, is_on }) => (
            <li key={id} role="none">
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

const gap = 4
/** Pixels to the edges of the window. */
const margin = 8

/** Under the button, or above it where there is more room; along its edge that is nearer to the window's. */
function putBeside(button: HTMLElement, list: HTMLElement): void {
  const { top, bottom, left, right } = button.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = list
  const fits = bottom + gap + height <= innerHeight - margin
  const y = fits || innerHeight - bottom > top ? bottom + gap : top - gap - height
  const x = left + right < innerWidth ? left : right - width
  const within = (at: number, most: number) => `${Math.max(margin, Math.min(at, most - margin))}px`
  list.style.top = within(y, innerHeight - height)
  list.style.left = within(x, innerWidth - width)
}
