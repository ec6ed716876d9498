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
