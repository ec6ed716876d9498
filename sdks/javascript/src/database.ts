import { Refusal } from './errors.ts'
import { platform } from './platform.ts'

// As much of IndexedDB as is used here: not every place to run has its types.
export interface Asked<T> {
  result: T
  error: unknown
  onsuccess: (() => void) | null
  onerror: (() => void) | null
}
interface Opening extends Asked<Opened> {
  onupgradeneeded: (() => void) | null
}
interface Factory {
  open(name: string, version: number): Opening
}
interface Transaction {
  objectStore(name: string): Objects
  oncomplete: (() => void) | null
  onabort: (() => void) | null
  error: unknown
}
export interface Opened {
  createObjectStore(name: string, options?: { keyPath: string[] }): { createIndex(name: string, path: string): unknown }
  transaction(name: string, mode: 'readonly' | 'readwrite', options?: { durability: 'strict' }): Transaction
  onclose: (() => void) | null
  onversionchange: (() => void) | null
  close(): void
}
export interface Objects {
  get(key: string): Asked<unknown>
  put(value: unknown, key?: string): unknown
  delete(key: string | string[]): unknown
  index(name: string): { getAll(key: string): Asked<unknown[]> }
}

export interface Database {
  /** Runs `act` in one transaction of its own; resolves when that is on the disk, to what `act` has put in `given`. */
  transact<T>(mode: 'readonly' | 'readwrite', act: (objects: Objects, give: (value: T) => void) => void): Promise<T>
}

const failure = (error: unknown) => new Refusal('STORAGE_FAILED', String(error))

/** A database with one object store, opened when it is first needed and again after it was closed. */
export function openDatabase(name: string, store: string, make: (database: Opened) => unknown): Database {
  let opened: Promise<Opened> | null = null

  function database(): Promise<Opened> {
    opened ??= new Promise((resolve, reject) => {
      const opening = (platform.indexedDB() as Factory).open(name, 1)
      opening.onupgradeneeded = () => make(opening.result)
      opening.onsuccess = () => {
        const { result } = opening
        result.onclose = () => (opened = null)
        result.onversionchange = () => {
          result.close()
          opened = null
        }
        resolve(result)
      }
      opening.onerror = () => {
        opened = null
        reject(failure(opening.error))
      }
    })
    return opened
  }

  return {
    transact: async <T>(
      mode: 'readonly' | 'readwrite',
      act: (objects: Objects, give: (value: T) => void) => void,
    ): Promise<T> => {
      const transaction = (await database()).transaction(store, mode, { durability: 'strict' })
      return new Promise((resolve, reject) => {
        let given: T | undefined
        transaction.oncomplete = () => resolve(given as T)
        transaction.onabort = () => reject(failure(transaction.error))
        act(transaction.objectStore(store), (value) => {
          given = value
        })
      })
    },
  }
}
