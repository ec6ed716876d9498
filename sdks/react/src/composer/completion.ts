import { findEmoji } from '../emoji.ts'

export interface Completion {
  key: string
  /** What is put in place of the sign and what was typed after it. */
  insert: string
  label: string
  /** Beside it, quieter. */
  detail?: string
  /** Before it, such as an emoji. */
  sign?: string
}

export interface CompletionSource {
  /** The sign that begins it. */
  sign: '@' | '#' | ':' | '/'
  /** Only as the first thing of the message, as commands are. */
  atStart?: boolean
  /** Letters needed after the sign. Default 0. */
  least?: number
  /** Up to ten or so, best first. */
  find(query: string): readonly Completion[] | Promise<readonly Completion[]>
  /** Asked as well, a moment after the last key: what takes a server. It comes behind what `find` has, and too late not at all. */
  search?(query: string): Promise<readonly Completion[]>
}

/** What is being typed at the caret that a source may complete. */
export interface Begun {
  source: CompletionSource
  query: string
  /** Where the sign stands. */
  start: number
}

const longest = 64

export function begunAt(text: string, caret: number, sources: readonly CompletionSource[]): Begun | null {
  const before = text.slice(Math.max(0, caret - longest), caret)
  const match = /(?:^|[\s(])([@#:/])([\p{L}\p{N}_.+-]*)$/u.exec(before)
  const [, sign = '', query = ''] = match ?? []
  const source = sources.find((one) => one.sign === sign)
  if (match === null || source === undefined || query.length < (source.least ?? 0)) return null
  const start = caret - query.length - 1
  return source.atStart === true && start !== 0 ? null : { source, query, start }
}

/** The text and the caret after a completion was taken. */
export function complete(
  text: string,
  caret: number,
  begun: Begun,
  chosen: Completion,
): { text: string; caret: number } {
  const rest = text.slice(caret)
  const insert = rest.startsWith(' ') ? chosen.insert : `${chosen.insert} `
  return { text: text.slice(0, begun.start) + insert + rest, caret: begun.start + insert.length }
}

/** `:` and two letters. */
export const emojiCompletion: CompletionSource = {
  sign: ':',
  least: 2,
  find: (query) =>
    findEmoji(query, 8).map(({ name, emoji }) => ({ key: name, insert: emoji, label: `:${name}:`, sign: emoji })),
}

interface Named {
  username: string
  display_name?: string | null
}

/** `@`: these people. `calls` are told last, and only to whoever may call everybody there: `[{ username: 'room', display_name: 'Everybody in the room' }]`. */
export const peopleCompletion = (people: () => readonly Named[], calls?: () => readonly Named[]): CompletionSource => ({
  sign: '@',
  find: (query) => peopleIn(people(), query, calls?.()),
})

/** Whose name begins like this, by either of their names. */
export function peopleIn(people: readonly Named[], query: string, calls: readonly Named[] = []): readonly Completion[] {
  const wanted = query.toLowerCase()
  const begins = (text: string | null | undefined) => text?.toLowerCase().startsWith(wanted) === true
  const among = (some: readonly Named[]) => some.filter(({ username, display_name }) => begins(username) || begins(display_name)) // prettier-ignore
  return [...among(people).slice(0, 8), ...among(calls)].map(({ username, display_name }) => ({
    key: username,
    insert: `@${username}`,
    label: `@${username}`,
    ...(display_name !== null && display_name !== undefined && { detail: display_name }),
  }))
}
