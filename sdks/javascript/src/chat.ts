import type { Chat, ChatOptions, Fetch, Me } from './api.ts'
import { addressesOf } from './address.ts'
import { createCore } from './core.ts'
import { ownChanges } from './own.ts'
import { createRest, type Rest, type shapes } from './rest.ts'
import { defaultOutbox } from './storage.ts'
import { cell } from './store.ts'
import { createTokens } from './token.ts'
import { upload } from './upload.ts'

/** A client of one user: the socket, the REST API and uploads, with one token. Nothing is asked of the server before `connect`. */
export function createChat(options: ChatOptions): Chat {
  const { origin } = addressesOf(options.url)
  const fetch: Fetch = options.fetch ?? ((address, init) => globalThis.fetch(address, init))
  const locale = options.locale && { locale: options.locale }
  const tokens = createTokens(options.token)
  const rest = createRest({
    origin,
    fetch,
    token: (refused) => (refused ? tokens.another() : tokens.get()),
    ...locale,
  })
  const me = cell<Me | null>(null)
  const core = createCore({ outbox: defaultOutbox(), ...options, rooms: () => roomsOf(rest), me }, tokens)
  const endChanges = ownChanges.subscribe(({ origin: at, user }) => {
    const now = me.get()
    if (at === origin && now?.id === user.id) me.set({ ...now, username: user.username, user })
  })
  return {
    ...core,
    close: () => {
      endChanges()
      core.close()
    },
    rest,
    upload: async (file, given) => upload({ origin, token: await tokens.get(), fetch, ...locale }, file, given),
  }
}

const page_size = 100

async function roomsOf(rest: Rest): Promise<shapes.Room[]> {
  const all: shapes.Room[] = []
  for (let offset = 0, more = true; more; offset += page_size) {
    const page = await rest('GET /rooms', { query: { filter: 'joined', limit: page_size, offset } })
    all.push(...page.rooms)
    more = page.has_more
  }
  return all
}
