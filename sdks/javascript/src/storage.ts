import type { OutboxStorage, Pending } from './api.ts'
import { openDatabase } from './database.ts'
import { memoryOutbox } from './memory.ts'
import { parsed } from './parsed.ts'
import { platform } from './platform.ts'

/**
 * Keeps unsent messages in IndexedDB, over reloads and for all tabs of this origin. That commits later, or never if the page is gone by then: until it has, localStorage has the message, from the
 * moment in which it is put.
 */
export function indexedDbOutbox(name = 'veza-chat'): OutboxStorage {
  const database = openDatabase(name, 'outbox', (opened) =>
    opened.createObjectStore('outbox', { keyPath: ['owner', 'client_id'] }).createIndex('owner', 'owner'),
  )
  const shelf = platform.shelf()
  const keyOf = (owner: string, client_id: string) => `${name} outbox ${owner} ${client_id}`

  return {
    all: async (owner) => {
      // First, as a message goes from here to the database.
      const noted = Object.entries(shelf ?? {})
        .filter(([key]) => key.startsWith(keyOf(owner, '')))
        .flatMap(([, value]) => parsed<Pending>(value) ?? [])
      const kept = await database.transact<Pending[]>('readonly', (objects, give) => {
        const found = objects.index('owner').getAll(owner)
        found.onsuccess = () => give((found.result as { pending: Pending }[]).map(({ pending }) => pending))
      })
      return [...new Map([...kept, ...noted].map((pending) => [pending.client_id, pending])).values()]
    },
    put: async (owner, pending) => {
      const { client_id } = pending
      const key = keyOf(owner, client_id)
      try {
        shelf?.setItem(key, JSON.stringify(pending))
      } catch {
        // It is full, and what it may have is older.
        shelf?.removeItem(key)
      }
      await database.transact('readwrite', (objects) => objects.put({ owner, client_id, pending }))
      shelf?.removeItem(key)
    },
    remove: (owner, client_id) => {
      shelf?.removeItem(keyOf(owner, client_id))
      return database.transact('readwrite', (objects) => objects.delete([owner, client_id]))
    },
  }
}

/** The best that there is here. */
export const defaultOutbox = (): OutboxStorage => (platform.indexedDB() ? indexedDbOutbox() : memoryOutbox())
