import { useEffect, useRef, useState } from 'react'
import type { Message } from 'veza-js-sdk'

import { Icon } from '../Icon.tsx'
import { ReactionPicker } from '../ReactionPicker.tsx'
import { useWords } from '../settings.tsx'
import { useElsewhere } from '../use-elsewhere.ts'
import { offers, type ActionName, type MessageActions } from './actions.ts'

export interface MessageToolbarProps {
  message: Message
  actions: MessageActions
  me: number | null
  isPicking: boolean
  setPicking(isPicking: boolean): void
}

/** What one may do with a message, in one place. */
export function MessageToolbar({ message, actions, me, isPicking, setPicking }: MessageToolbarProps) {
  const words = useWords()
  const root = useRef<HTMLDivElement>(null)
  const [isUp, setUp] = useState(false)
  const { isCopied, copied } = useCopied()
  useElsewhere(root, isPicking, () => setPicking(false))
  const buttons: { action: ActionName; icon: Parameters<typeof Icon>[0]['name']; label: string; run(): unknown }[] = [
    { action: 'react', icon: 'react', label: words.addReaction, run: () => setPicking(!isPicking) },
    { action: 'reply', icon: 'reply', label: words.reply, run: () => actions.reply?.(message) },
    { action: 'edit', icon: 'edit', label: words.edit, run: () => actions.edit?.(message) },
    {
      action: 'pin',
      icon: 'pin',
      label: message.is_pinned ? words.unpin : words.pin,
      run: () => actions.pin?.(message, !message.is_pinned),
    },
    {
      action: 'copyLink',
      icon: 'link',
      label: isCopied ? words.copied : words.copyLink,
      run: () => copied(actions.copyLink?.(message)),
    },
    { action: 'remove', icon: 'remove', label: words.remove, run: () => actions.remove?.(message) },
    { action: 'more', icon: 'more', label: words.more, run: () => actions.more?.(message) },
  ]
  const offered = buttons.filter(({ action }) => offers(actions, action, message, me))
  if (offered.length === 0) return null
  return (
    <div ref={root} className="vz-toolbar-place">
      <div className="vz-toolbar" role="group" aria-label={words.actions}>
        {offered.map(({ action, icon, label, run }) => (
          <button
            key={action}
            type="button"
            className="vz-icon-button"
            aria-label={label}
            title={label}
            aria-expanded={action === 'react' ? isPicking : undefined}
            onClick={(event) => {
              setUp(isLow(event.currentTarget))
              run()
            }}
          >
            <Icon name={icon} />
          </button>
        ))}
      </div>
      {isPicking && (
        <div className={isUp ? 'vz-popover vz-popover-up' : 'vz-popover'}>
          <ReactionPicker
            onClose={() => {
              setPicking(false)
              root.current?.closest<HTMLElement>('.vz-message')?.focus({ preventScroll: true })
            }}
            onPick={(emoji) => {
              setPicking(false)
              root.current?.closest<HTMLElement>('.vz-message')?.focus({ preventScroll: true })
              actions.react?.(message, emoji, true)
            }}
          />
        </div>
      )}
    </div>
  )
}

/** Says for two seconds that it is copied, once it is. */
function useCopied() {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copied = (begun: unknown) => {
    // What went wrong is told by whoever copies.
    Promise.resolve(begun).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return { isCopied, copied }
}

/** In the lower half of what scrolls, so that there is more room above. */
function isLow(element: HTMLElement): boolean {
  const scroller = element.closest('.vz-scroller')
  if (scroller === null) return false
  const box = scroller.getBoundingClientRect()
  return element.getBoundingClientRect().top > box.top + box.height / 2
}
