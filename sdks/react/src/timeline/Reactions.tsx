import type { Message } from 'veza-js-sdk'

import { emojiOf } from '../emoji.ts'
import { useShownName } from '../names.ts'
import { useWords } from '../settings.tsx'
import type { Words } from '../words.ts'

/** A named reaction such as `:tada:` as its emoji, where it has one. */
const shown = (emoji: string): string => (emoji.startsWith(':') ? (emojiOf(emoji.slice(1, -1)) ?? emoji) : emoji)

const named = (
  { count, users }: Message['reactions'][number],
  words: Words,
  shownName: (username: string) => string,
): string => {
  const names = users.slice(0, 5).map(({ username }) => shownName(username))
  const rest = count - names.length
  return (rest > 0 && names.length > 0 ? [...names, words.others(rest)] : names).join(', ')
}

export interface ReactionsProps {
  message: Message
  me: number | null
  /** Without it the counts are only shown. */
  onReact?: ((emoji: string, add: boolean) => unknown) | undefined
  /** In place of it where one may be among those who are not named. */
  onToggle?: ((emoji: string) => unknown) | undefined
}

/** Who reacted with what; one's own are outlined, and a press adds or takes away. */
export function Reactions({ message, me, onReact, onToggle }: ReactionsProps) {
  const words = useWords()
  const shownName = useShownName()
  if (message.reactions.length === 0) return null
  return (
    <div className="vz-reactions">
      {message.reactions.map((reaction) => {
        const isOwn = reaction.users.some(({ user_id }) => user_id === me)
        const isKnown = isOwn || reaction.users.length >= reaction.count
        const label = words.reaction(shown(reaction.emoji), reaction.count, named(reaction, words, shownName))
        return (
          <button
            key={reaction.emoji}
            type="button"
            className={isOwn ? 'vz-reaction vz-reaction-own' : 'vz-reaction'}
            aria-pressed={isOwn}
            aria-label={label}
            title={label}
            disabled={onReact === undefined}
            onClick={() =>
              isKnown || onToggle === undefined ? onReact?.(reaction.emoji, !isOwn) : onToggle(reaction.emoji)
            }
          >
            <span aria-hidden="true">{shown(reaction.emoji)}</span>
            <span className="vz-count">{reaction.count}</span>
          </button>
        )
      })}
    </div>
  )
}
