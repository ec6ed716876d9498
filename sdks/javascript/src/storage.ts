import type { OutboxStorage, Pending } from './api.ts'
import { openDatabase } from './database.ts'
import { memoryOutbox } from './memory.ts'
import { platform } from './platform.ts'

/** Keeps unsent messages in IndexedDB, over reloads and for all tabs of this origin. */
export function indexedDbOutbox(name = 'veza-chat'): OutboxStorage {
  const database = openDatabase(name, 'outbox', (opened) =>
    opened.createObjectStore('outbox', { keyPath: ['owner', 'client_id'] }).createIndex('owner', 'owner'),
  )
  return {
    all: (owner) =>
      database.transact('readonly', (objects, give) => {
        const found = objects.index('owner').getAll(owner)
        found.onsuccess = () => give((found.result as { pending: Pending }[]).map(({ pending }) => pending))
      }),
    put: (owner, pending) =>
      database.transact('readwrite', (objects) => {
        objects.put({ owner, client_id: pending.client_id, pending })
        // Now, and not when the page hears that it was put: by then the page may be gone, and what was not committed with it.
        objects.transaction?.commit?.()
      }),
    remove: (owner, client_id) => database.transact('readwrite', (objects) => objects.delete([owner, client_id])),
  }
}

/** The best that there is here. */
export const defaultOutbox = (): OutboxStorage => (platform.indexedDB() ? indexedDbOutbox() : memoryOutbox())
