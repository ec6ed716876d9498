import type { Draft } from './draft.ts'
import { concealed, concealedText } from './secrets.ts'

/** What a link restores. `raw` is the frame of the raw mode, null in a form. */
export interface Shared {
  type: string
  draft: unknown
  raw: string | null
}

/** The fragment of an address that restores a command and its fields. A token is never in it. */
export function linkOf(type: string, draft: Draft, raw: string | null): string {
  const parts = new URLSearchParams({ command: type, fields: JSON.stringify(concealed(draft)) })
  if (raw !== null) parts.set('raw', concealedText(raw))
  return `#${parts}`
}

/** What a fragment says, or null when it is none of ours. Whoever wrote it is unknown: `draft` has to be fitted to the command. */
export function readLink(fragment: string): Shared | null {
  const parts = new URLSearchParams(fragment.replace(/^#/, ''))
  const type = parts.get('command')
  if (type === null) return null
  try {
    return { type, draft: JSON.parse(parts.get('fields') ?? '{}') as unknown, raw: parts.get('raw') }
  } catch {
    return null
  }
}
