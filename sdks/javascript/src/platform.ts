// What a place to run may have beside ECMAScript: a browser has all of it, Node and React Native some. Nothing here is needed.
interface Target {
  addEventListener(type: string, listener: (event: never) => void): void
  removeEventListener(type: string, listener: (event: never) => void): void
}

export interface Locks {
  request<T>(name: string, hold: () => Promise<T>): Promise<T>
}

export interface Shelf {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

interface Place extends Partial<Target> {
  crypto?: { randomUUID?(): string }
  document?: { visibilityState: string }
  navigator?: { locks?: Locks; onLine?: boolean }
  localStorage?: Shelf
  indexedDB?: unknown
  XMLHttpRequest?: unknown
}

const place = globalThis as unknown as Place

/** Reading localStorage throws where the page may not store anything. */
function shelfOf(): Shelf | undefined {
  try {
    return place.localStorage
  } catch {
    return undefined
  }
}

export const platform = {
  locks: (): Locks | undefined => place.navigator?.locks,
  shelf: shelfOf,
  indexedDB: (): unknown => place.indexedDB,
  XMLHttpRequest: (): unknown => place.XMLHttpRequest,
  isVisible: (): boolean => place.document?.visibilityState !== 'hidden',
}

/** Calls `listener` for an event of the window, where there is one, or that rises to it. Returns what ends it. */
export function listen<E>(type: string, listener: (event: E) => void): () => void {
  place.addEventListener?.(type, listener)
  return () => place.removeEventListener?.(type, listener)
}

/** One holder of `name` at a time, among all tabs of this origin where the browser can do that, else within this program. */
export function alone<T>(name: string, hold: () => Promise<T>): Promise<T> {
  const locks = platform.locks()
  if (locks !== undefined) return locks.request(name, hold)
  const turn = (queues.get(name) ?? Promise.resolve()).then(hold, hold)
  queues.set(name, turn)
  return turn
}

const queues = new Map<string, Promise<unknown>>()

/** A random name. `crypto.randomUUID` is not there in pages over plain HTTP, `crypto` not in React Native. */
export const uuid = (): string => place.crypto?.randomUUID?.() ?? [Date.now(), Math.random(), Math.random()].join('-')
