import { openDatabase } from './database.ts'
import { platform } from './platform.ts'

/**
 * Values that tabs change one after the other. localStorage is not that: a tab may read what another has overwritten a moment before. IndexedDB is, in transactions.
 */
export interface Vault {
  /** Reads and writes at once; null is nothing. Resolves to what is there now. */
  update<T>(key: string, change: (before: T | null) => T | null): Promise<T | null>
}

export function createVault(is_shared: boolean): Vault {
  return is_shared && platform.indexedDB() ? shared() : own()
}

function shared(): Vault {
  const database = openDatabase('veza-chat session', 'values', (opened) => opened.createObjectStore('values'))
  return {
    update: <T>(key: string, change: (before: T | null) => T | null) =>
      database.transact<T | null>('readwrite', (objects, give) => {
        const found = objects.get(key)
        found.onsuccess = () => {
          const before = (found.result ?? null) as T | null
          const now = change(before)
          give(now)
          if (now === before) return
          if (now === null) objects.delete(key)
          else objects.put(now, key)
        }
      }),
  }
}

/** Of this program alone. */
function own(): Vault {
  const values = new Map<string, unknown>()
  return {
    update: <T>(key: string, change: (before: T | null) => T | null) => {
      const now = change((values.get(key) ?? null) as T | null)
      if (now === null) values.delete(key)
      else values.set(key, now)
      return Promise.resolve(now)
    },
  }
}
