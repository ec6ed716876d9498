import type { Chat, Message } from 'veza-js-sdk'
import { refOf, type Place } from 'veza-react-components'

/** So many are told of after a long time away: the newest. */
const most_told = 500
const page_size = 100

/** What is written in one conversation from some moment on, replies too: each message once, and in order. */
export interface News {
  hasBegun(): boolean
  /** What comes after the message of this number is news, unless news has begun already. Returns the number that it began after. */
  begin(number: number): number
  /** By the feed. */
  hear(message: Message): void
  /** There are messages up to this number, by the feed or not: what is not told by then is read. */
  reaches(number: number): void
  end(): void
}

export function createNews(chat: Chat, place: Place, tell: (message: Message) => void): News {
  let first: number | null = null
  /** The number of the last one that was told. */
  let last = 0
  /** What the feed tells while what comes before it is read; null while nothing is. */
  let held: Message[] | null = null
  /** More came than is held, or it is to be read again. */
  let isBehind = false
  let isOver = false

  function came(message: Message): void {
    if (isOver || message.number <= last) return
    last = message.number
    // Of what was deleted before it could be told there is nothing to tell.
    if (!message.is_deleted) tell(message)
  }

  function hear(message: Message): void {
    if (first === null) return
    if (held !== null) {
      if (held.length < most_told) held.push(message)
      else isBehind = true
    } else if (message.number <= last + 1) came(message)
    else catchUp([message])
  }

  function catchUp(heard: Message[]): void {
    held = heard
    isBehind = false
    written(last)
      .then((missed) => {
        const all = [...missed, ...heard].toSorted((one, other) => one.number - other.number)
        for (const message of all) came(message)
      })
      // The next connection, or the next message, begins it again.
      .catch(() => (isBehind = false))
      .then(() => {
        held = null
        if (isBehind && !isOver) catchUp([])
      })
      .catch(reportError)
  }

  /** After the message of this number, oldest first. */
  async function written(number: number): Promise<readonly Message[]> {
    let all: readonly Message[] = []
    let has_more = true
    while (has_more && all.length < most_told && (all[0]?.number ?? Infinity) > number + 1) {
      const [oldest] = all
      const before = oldest !== undefined && { before_id: oldest.id }
      const page = await chat.command('get_history', { ...refOf(place), limit: page_size, ...before })
      all = [...page.messages, ...all]
      has_more = page.has_more
    }
    return all
  }

  return {
    hasBegun: () => first !== null,
    begin: (number) => {
      if (first === null) last = number
      first ??= number
      return first
    },
    hear,
    reaches: (number) => {
      if (first === null || number <= last) return
      if (held === null) catchUp([])
      else isBehind ||= number > (held.at(-1)?.number ?? last)
    },
    end: () => {
      isOver = true
    },
  }
}
