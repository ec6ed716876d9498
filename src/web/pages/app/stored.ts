import type { Store } from 'veza-js-sdk'

/** A value that can be set. */
export interface Settable<T> extends Store<T> {
  set(value: T): void
}

export function createStore<T>(first: T): Settable<T> {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** What the device keeps under a name; null where it keeps nothing, such as in a private window that is full. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}

/** Keeps it if the device will: what is lost is a convenience. */
export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
  }
}
