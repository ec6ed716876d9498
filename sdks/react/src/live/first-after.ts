import type { Message } from 'veza-js-sdk'

/** The page of messages that ends before an id, oldest first. */
export type AskBefore = (before_id: number) => Promise<{ messages: readonly Message[]; has_more: boolean }>

/**
 * The id of the first message after `number`, where `later` is one after it. Ids grow with the numbers but not evenly, as other conversations have theirs between: guessed where it should be, and every second time
 * the middle, so that few pages are asked for however far back it is.
 */
export async function firstAfter(ask: AskBefore, number: number, later: Message): Promise<number> {
  /** What is up to `low` is read; `high` is not. */
  let low = { id: 0, number: 0 }
  let high = { id: later.id, number: later.number }
  let before = high.id
  for (let turn = 0; ; turn++) {
    const { messages, has_more } = await ask(before)
    const at = messages.findIndex((message) => message.number > number)
    const found = messages[at]
    if (found === undefined) {
      if (before >= high.id) return high.id
      low = { id: before - 1, number: messages.at(-1)?.number ?? low.number }
    } else if (at > 0 || !has_more) return found.id
    else high = found
    // Half a page further, so that it is in the middle of the page.
    const share = turn % 2 === 1 ? 0.5 : (number + 25 - low.number) / (high.number - low.number)
    before = Math.max(low.id + 1, Math.min(high.id, low.id + Math.ceil(share * (high.id - low.id))))
  }
}
