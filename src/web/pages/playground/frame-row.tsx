import { memo, useState } from 'react'

import { useCopy } from './clipboard.ts'
import { isRecord } from './draft.ts'
import { type Frame, parsed } from './frames.ts'
import { useLocale, useSay } from './speech.ts'

/** What a form can be filled in for, from a message. */
export type Use = 'reply' | 'edit' | 'react'

const uses: readonly Use[] = ['reply', 'edit', 'react']
const arrows = { out: '→', in: '←', note: '·' } as const

/** One frame: a line, and opened the whole of it. */
export const FrameRow = memo(function FrameRow({
  frame,
  onUse,
}: {
  frame: Frame
  onUse(frame: Frame, use: Use): void
}) {
  const say = useSay()
  const locale = useLocale()
  const [isOpen, setOpen] = useState(false)
  const { client, direction, type, at } = frame
  const time = new Date(at).toLocaleTimeString(locale, { hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 }) // prettier-ignore
  return (
    <li className={`frame ${direction} client-${client}`}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <time dateTime={new Date(at).toISOString()}>{time}</time> <span className="badge">{client}</span>{' '}
          <span className="arrow" aria-hidden="true">
            {arrows[direction]}
          </span>
          <span className="unseen">{say(`direction_${direction}`)}</span> <strong>{type}</strong>{' '}
          <span className="preview">{previewOf(frame)}</span>
        </summary>
        {isOpen && <OpenFrame frame={frame} onUse={onUse} />}
      </details>
    </li>
  )
})

/** As much of a frame as goes on a line, what somebody says in it first. */
function previewOf({ direction, type, text }: Frame): string {
  if (direction === 'note') return text.slice(type.length + 1)
  const frame = parsed(text)
  const data = isRecord(frame) ? frame['data'] : undefined
  if (!isRecord(data)) return text.slice(0, 200)
  const { content, code, ...rest } = data
  const first = [content, code].filter((each) => typeof each === 'string').map((each) => JSON.stringify(each))
  return [...first, JSON.stringify(first.length > 0 ? rest : data)].join(' ').slice(0, 200)
}

function OpenFrame({ frame, onUse }: { frame: Frame; onUse(frame: Frame, use: Use): void }) {
  const say = useSay()
  const { copy, said } = useCopy()
  const value = parsed(frame.text)
  return (
    <>
      <pre className="code">{value === undefined ? frame.text : JSON.stringify(value, null, 2)}</pre>
      <div className="row buttons">
        <button type="button" className="quiet" onClick={() => copy(frame.text)}>
          {say('copy')}
        </button>
        {messageOf(frame) !== null &&
          uses.map((use) => (
            <button key={use} type="button" className="quiet" onClick={() => onUse(frame, use)}>
              {say(use)}
            </button>
          ))}
        <output>{said}</output>
      </div>
    </>
  )
}

/** The message that a received frame is about; null when it is about none. */
export function messageOf({ direction, text }: Frame): Record<string, unknown> | null {
  const frame = direction === 'in' ? parsed(text) : undefined
  const data = isRecord(frame) ? frame['data'] : undefined
  return isRecord(data) && typeof data['message_id'] === 'number' && typeof data['content'] === 'string' ? data : null
}

/** The command, and its fields, that does this with a message. */
export function commandFor(
  message: Record<string, unknown>,
  use: Use,
): { type: string; data: Record<string, unknown> } {
  const { message_id, room_id, conversation_id, content } = message
  if (use === 'edit') return { type: 'edit_message', data: { message_id, content } }
  if (use === 'react') return { type: 'add_reaction', data: { message_id, emoji: '👍' } }
  // A reply to a reply goes into the same thread.
  const parent_id = message['parent_id'] ?? message_id
  return room_id === undefined
    ? { type: 'send_dm', data: { conversation_id, content: '', parent_id } }
    : { type: 'send_message', data: { room_id, content: '', parent_id } }
}
