import { useSyncExternalStore } from 'react'

import type { Command } from './document.ts'
import { isRecord } from './draft.ts'
import { type ClientName, type Frame, type Frames, parsed } from './frames.ts'
import { useSay } from './speech.ts'

/** A frame that was sent, and by whom. */
export interface Asked {
  client: ClientName
  frame: Frame
  command: Command
}

interface Answer {
  type: string
  /** The sentence and the code of an error; null for everything else. */
  error: { code: string; message: string } | null
  /** What the server has against single fields. */
  refused: { field: string; reason: string }[]
}

/** The answer to a frame, once it is there. */
export function useAnswer(frames: Frames, asked: Asked | null): Answer | null {
  const all = useSyncExternalStore(frames.subscribe, frames.get)
  if (asked === null || asked.frame.request_id === null) return null
  const frame = all.findLast(
    ({ key, client, direction, request_id }) =>
      direction === 'in' && key > asked.frame.key && client === asked.client && request_id === asked.frame.request_id,
  )
  return frame === undefined ? null : answerOf(frame.type, parsed(frame.text))
}

function answerOf(type: string, frame: unknown): Answer {
  const data = isRecord(frame) && isRecord(frame['data']) ? frame['data'] : {}
  if (type !== 'error' && type !== 'auth_error') return { type, error: null, refused: [] }
  const details = Array.isArray(data['details']) ? data['details'].filter(isRecord) : []
  return {
    type,
    error: { code: String(data['code']), message: String(data['message']) },
    refused: details.map(({ field, reason }) => ({ field: String(field), reason: String(reason) })),
  }
}

/** Without an id, or to some commands, nothing is answered but an error. */
const isAwaited = ({ frame, command }: Asked) => frame.request_id !== null && command.answers.length > 0

/** How the last command ended. */
export function Answered({ asked, answer }: { asked: Asked | null; answer: Answer | null }) {
  const say = useSay()
  const error = answer?.error ?? null
  return (
    <output className={error === null ? 'answer' : 'answer problem'}>
      {asked !== null && answer === null && say(isAwaited(asked) ? 'waiting' : 'sent')}
      {answer !== null && error === null && say('answered', answer.type)}
      {error !== null && say('refused', error.message, error.code)}
      {answer !== null && answer.refused.length > 0 && (
        <ul>
          {answer.refused.map(({ field, reason }) => (
            <li key={field}>
              {field}: {reason}
            </li>
          ))}
        </ul>
      )}
    </output>
  )
}
