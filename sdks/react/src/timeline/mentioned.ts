import type { Message } from 'veza-js-sdk'

/** As the server reads names: what is not one of a member is text. */
const names = /(?<![\p{L}\p{N}_.@-])@([A-Za-z0-9][A-Za-z0-9_.-]{0,63})/gu
const everyone = ['here', 'room']

/**
 * Which of the names after an `@` the message really mentions. It has the ids alone: where it names more people than it mentions, and the name of one of those is not known, each may be that one.
 * `@here` and `@room` are text in a DM.
 */
export function mentionedIn(
  { content, mentions, conversation_id }: Message,
  nameOf: (user_id: number) => string | undefined,
): (name: string) => boolean {
  const written = new Set([...content.matchAll(names)].map(([, name = '']) => plain(name)))
  for (const name of everyone) written.delete(name)
  const known = new Set(mentions.flatMap((id) => nameOf(id)?.toLowerCase() ?? []))
  const isSure = written.size > mentions.length && known.size === mentions.length
  const people = mentions.length === 0 || isSure ? known : written
  return (name) => (everyone.includes(name) ? conversation_id === undefined : people.has(plain(name)))
}

const plain = (name: string): string => name.replace(/[.-]+$/, '').toLowerCase()
