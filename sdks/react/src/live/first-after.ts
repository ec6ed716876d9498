import type { Message } from 'veza-js-sdk'

/** The page of messages that ends before one of the conversation, oldest first. */
export type AskBefore = (before_id: number) => Promise<{ messages: readonly Message[]; has_more: boolean }>

/** The id of the first message after `number`, where `later` is one after it: page by page, as the server pages by messages that are there. */
export async function firstAfter(ask: AskBefore, number: number, later: Message): Promise<number> {
  for (let first = later.id; ;) {
    const { messages, has_more } = await ask(first)
    const at = messages.findIndex((message) => message.number > number)
    const found = messages[at]
    if (found === undefined) return first
    if (at > 0 || !has_more) return found.id
    first = found.id
  }
}
