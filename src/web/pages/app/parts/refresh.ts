import type { Chat } from 'veza-js-sdk'

/** Reads the list of conversations again. What was done is done without it: where there is no connection, the next one brings it. */
export async function refresh(chat: Pick<Chat, 'refresh'>): Promise<void> {
  await chat.refresh().catch((error: unknown) => error)
}
