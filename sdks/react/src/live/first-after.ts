import type { Message } from 'veza-js-sdk'

/** The page of messages that ends before one of the conversation, oldest first. */
export type AskBefore = (before_id: number) => Promise<{ messages: readonly Message[]; has_more: boolean }>

/** How far back one has come, as the id of a message: it outlasts a pause, and what was refused on the way. */
export interface Way {
  first: number
}

/** So many pages back one is led at a time. */
const most_pages = 50

/** Leads the way to the first message after `number`, or nearer to it if that is far: page by page, as the server pages by messages that are there. */
export async function leadBack(ask: AskBefore, number: number, way: Way, signal: AbortSignal): Promise<void> {
  for (let page = 0; page < most_pages && !signal.aborted; page++) {
    const { messages, has_more } = await ask(way.first)
    const at = messages.findIndex((message) => message.number > number)
    const found = messages[at]
    if (found === undefined) return
    way.first = found.id
    if (at > 0 || !has_more) return
  }
}
