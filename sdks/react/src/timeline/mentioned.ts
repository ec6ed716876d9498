import type { Message } from 'veza-js-sdk'

/** As the server reads names: what is not one of a member is text. */
const names = /(?<![\p{L}\p{N}_.@-])@([A-Za-z0-9][A-Za-z0-9_.-]{0,63})/gu

/**
 * Which of the names after an `@` the message really mentions. It has the ids alone: where it names more people than it mentions, and the name of one of those is not known, each may be that one.
 * `@here` and `@room` are text, but for the one by which it called everybody.
 */
export function mentionedIn(
  { content, mentions, called }: Message,
  nameOf: (user_id: number) => string | undefined,
): (name: string) => boolean {
  const written = new Set([...content.matchAll(names)].map(([, name = '']) => plain(name)).filter(isNoCall))
  const known = new Set(mentions.flatMap((id) => nameOf(id)?.toLowerCase() ?? []))
  const isSure = written.size > mentions.length && known.size === mentions.length
  const people = mentions.length === 0 || isSure ? known : written
  return (name) => plain(name) === called || people.has(plain(name))
}

/** Whether it is somebody's name, and not what may call everybody. */
export const isNoCall = (name: string): boolean => !['here', 'room'].includes(plain(name))

const plain = (name: string): string => name.replace(/[.-]+$/, '').toLowerCase()
