import type { OutboxStorage, Pending } from './api.ts'
import { Refusal } from './errors.ts'
import { platform } from './platform.ts'

/** Keeps unsent messages for as long as the program runs. */
export function memoryOutbox(): OutboxStorage {
  const owners = new Map<string, Map<string, Pending>>()
  const of = (owner: string) => {
    const own = owners.get(owner) ?? new Map<string, Pending>()
    owners.set(owner, own)
    return own
  }
  return {
    all: (owner) => Promise.resolve([...of(owner).values()]),
    put: (owner, pending) => Promise.resolve(void of(owner).set(pending.client_id, pending)),
    remove: (owner, client_id) => Promise.resolve(void of(owner).delete(client_id)),
  }
}

// As much of IndexedDB as is used here: not every place to run has its types.
interface Asked<T> {
  result: T
  error: unknown
  onsuccess: (() => void) | null
  onerror: (() => void) | null
}
interface Opening extends Asked<Database> {
  onupgradeneeded: (() => void) | null
}
interface Factory {
  open(name: string, version: number): Opening
}
interface Database {
  createObjectStore(name: string, options: { keyPath: string[] }): { createIndex(name: string, path: string): unknown }
  transaction(name: string, mode: 'readonly' | 'readwrite', options?: { durability: 'strict' }): Transaction
  onclose: (() => void) | null
  onversionchange: (() => void) | null
  close(): void
}
interface Transaction {
  objectStore(name: string): Objects
  oncomplete: (() => void) | null
  onabort: (() => void) | null
  error: unknown
}
interface Objects {
  put(value: unknown): unknown
  delete(key: string[]): unknown
  index(name: string): { getAll(key: string): Asked<{ pending: Pending }[]> }
}

const failure = (error: unknown) => new Refusal('STORAGE_FAILED', String(error))

/** Keeps unsent messages in IndexedDB, over reloads and for all tabs of this origin. */
export function indexedDbOutbox(name = 'veza-chat'): OutboxStorage {
  let opened: Promise<Database> | null = null

  function database(): Promise<Database> {
    opened ??= new Promise((resolve, reject) => {
      const opening = (platform.indexedDB() as Factory).open(name, 1)
      opening.onupgradeneeded = () =>
        opening.result.createObjectStore('outbox', { keyPath: ['owner', 'client_id'] }).createIndex('owner', 'owner')
      opening.onsuccess = () => {
        const database = opening.result
        database.onclose = () => (opened = null)
        database.onversionchange = () => {
          database.close()
          opened = null
        }
        resolve(database)
      }
      opening.onerror = () => {
        opened = null
        reject(failure(opening.error))
      }
    })
    return opened
  }

  async function write(act: (objects: Objects) => unknown): Promise<void> {
    const transaction = (await database()).transaction('outbox', 'readwrite', { durability: 'strict' })
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(failure(transaction.error))
      act(transaction.objectStore('outbox'))
    })
  }

  return {
    all: async (owner) => {
      const found = (await database()).transaction('outbox', 'readonly').objectStore('outbox').index('owner').getAll(owner) // prettier-ignore
      return new Promise((resolve, reject) => {
        found.onsuccess = () => resolve(found.result.map(({ pending }) => pending))
        found.onerror = () => reject(failure(found.error))
      })
    },
    put: (owner, pending) => write((objects) => objects.put({ owner, client_id: pending.client_id, pending })),
    remove: (owner, client_id) => write((objects) => objects.delete([owner, client_id])),
  }
}

/** The best that there is here. */
export const defaultOutbox = (): OutboxStorage => (platform.indexedDB() ? indexedDbOutbox() : memoryOutbox())
