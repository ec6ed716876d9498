import type { Chat } from 'veza-js-sdk'

/** Reads the list of conversations again. What was done is done, whether the list can be read or not. */
export async function refresh(chat: Pick<Chat, 'refresh'>): Promise<void> {
  await chat.refresh().catch((error: unknown) => error)
}
