import { useId, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react'

import { useText } from '../context.ts'
import { focusBack } from './focus-back.ts'
import { part_words } from './words.ts'
import { IconButton } from './Button.tsx'

const double_click_ms = 500

interface Props {
  title: string
  onClose(): void
  className?: string
  /** True once what one chose leads to where one writes: the focus goes there then. */
  leaves?: RefObject<boolean>
  children: ReactNode
}

/** Over the page and modal: the browser keeps the focus inside and closes it by Escape; then the focus is where it was before. */
export function Dialog({ title, onClose, className = '', leaves, children }: Props) {
  const words = useText(part_words)
  const dialog = useRef<HTMLDialogElement>(null)
  const label = useId()
  useLayoutEffect(() => {
    const opened = dialog.current
    if (opened === null) return
    const goBack = focusBack()
    opened.showModal()
    // What one touches beside it closes it, where the browser knows that; the second half of a double click is not meant for it.
    const timer = setTimeout(() => opened.setAttribute('closedby', 'any'), double_click_ms)
    // The button that closes comes first, and is not what one opened it for.
    const first = opened.querySelector<HTMLElement>('.app-dialog-content :is(input, textarea, select, button)')
    first?.focus()
    return () => {
      clearTimeout(timer)
      opened.close()
      // Chromium gives a field the focus back without the caret, which stays in what is gone: every key would be lost.
      const field = document.activeElement
      if (field instanceof HTMLElement && field.matches('input, textarea')) field.blur()
      goBack(leaves)
    }
  }, [leaves])
  return (
    <dialog
      ref={dialog}
      className={`app-dialog ${className}`}
      aria-labelledby={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => {
        // A browser empties a field to search in first, and says so to nobody.
        const is_search = event.target instanceof HTMLInputElement && event.target.type === 'search'
        if (event.key !== 'Escape' || !is_search || event.nativeEvent.isComposing || event.defaultPrevented) return
        event.preventDefault()
        onClose()
      }}
    >
      <div className="app-dialog-body">
        <header className="app-dialog-head">
          <h2 id={label}>{title}</h2>
          <IconButton icon="close" label={words.close} onClick={onClose} />
        </header>
        <div className="app-dialog-content">{children}</div>
      </div>
    </dialog>
  )
}
