import type { Chat, ChatOptions } from './api.ts'
import { addressesOf } from './address.ts'
import { createTalk, fetchOf } from './talk.ts'
import { createTokens } from './token.ts'
import { upload } from './upload.ts'

/** A client of one user: the socket, the REST API and uploads, with one token. Nothing is asked of the server before `connect`. */
export function createChat(options: ChatOptions): Chat {
  const tokens = createTokens(options.token)
  const target = { ...addressesOf(options.url), fetch: fetchOf(options), ...(options.locale && { locale: options.locale }) } // prettier-ignore
  return {
    ...createTalk(options, tokens),
    upload: async (file, given) => upload({ ...target, token: await tokens.get() }, file, given),
  }
}
