import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'

import { emojiGroups, findEmoji, type Emoji } from './emoji.ts'
import { useWords } from './settings.tsx'

export interface ReactionPickerProps {
  onPick(emoji: string): unknown
  onClose?(): unknown
  /** Shown first. */
  often?: readonly string[]
}

const oftenUsed = ['👍', '❤️', '😂', '🎉', '👀', '🙏', '✅', '🚀']
const columns = 8

/** Emoji by group and by name. Arrow keys move, Enter picks, Escape closes. */
export function ReactionPicker({ onPick, onClose, often = oftenUsed }: ReactionPickerProps) {
  const words = useWords()
  const [query, setQuery] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const root = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), [])
  const groups = useMemo(() => {
    if (query !== '') return [{ title: null, emojis: findEmoji(query) }]
    const first = { title: words.groups.often, emojis: often.map((emoji): Emoji => ({ name: emoji, emoji })) }
    return [first, ...emojiGroups.map(({ group, emojis }) => ({ title: words.groups[group], emojis }))]
  }, [query, words, often])

  const pick = (emoji: string | undefined) => {
    if (emoji !== undefined) onPick(emoji)
  }
  const pressed = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.key === 'Escape') {
      event.preventDefault()
      onClose?.()
    } else if (event.key === 'Enter' && event.target === field.current) {
      event.preventDefault()
      if (!event.nativeEvent.isComposing) pick(groups[0]?.emojis[0]?.emoji)
    } else if (root.current !== null && moveFocus(root.current, event.key, event.target === field.current)) {
      event.preventDefault()
    }
  }
  return (
    <div ref={root} className="vz-picker" role="dialog" aria-label={words.pickEmoji} onKeyDown={pressed}>
      <input
        ref={field}
        className="vz-field"
        type="search"
        aria-label={words.findEmoji}
        placeholder={words.findEmoji}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <div className="vz-picker-groups">
        {groups.map(({ title, emojis }) => (
          <div key={title ?? 'found'} role="group" aria-label={title ?? words.findEmoji}>
            {title !== null && <div className="vz-picker-title">{title}</div>}
            <div className="vz-picker-grid">
              {emojis.map(({ name, emoji }) => (
                <button
                  key={name}
                  type="button"
                  tabIndex={-1}
                  data-emoji={emoji}
                  aria-label={`${emoji} ${name}`}
                  title={name}
                  onClick={() => pick(emoji)}
                >
                  {emoji}
                </button>
              ))}
            </div>
          </div>
        ))}
        {query !== '' && groups[0]?.emojis.length === 0 && <p className="vz-quiet">{words.noEmoji}</p>}
      </div>
    </div>
  )
}

/** Returns whether the key moved the focus among the emoji. */
function moveFocus(root: HTMLElement, key: string, isInField: boolean): boolean {
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }
  const step = steps[key]
  if (step === undefined || (isInField && key !== 'ArrowDown')) return false
  const buttons = [...root.querySelectorAll<HTMLButtonElement>('[data-emoji]')]
  const at = buttons.findIndex((button) => button.matches(':focus'))
  if (at + step < 0) root.querySelector('input')?.focus()
  else buttons[at === -1 ? 0 : Math.min(at + step, buttons.length - 1)]?.focus()
  return true
}
