import type { Store } from 'veza-js-sdk'

import { createStore } from './settable.ts'

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

/** The same of what was kept as JSON; null also where it is none. */
export function keptValue(name: string): unknown {
  try {
    return JSON.parse(kept(name) ?? 'null')
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Choices that this device keeps. */
export interface Kept<T> extends Store<T> {
  set(change: Partial<T>): void
}

/** A change is seen at once, here and in other tabs. Where the browser keeps nothing, it holds until the page is closed. */
export function createKept<T extends object>(name: string, valueOf: (kept: unknown) => T): Kept<T> {
  const store = createStore(valueOf(keptValue(name)))
  addEventListener('storage', ({ key }) => {
    if (key === name || key === null) store.set(valueOf(keptValue(name)))
  })
  return {
    get: store.get,
    subscribe: store.subscribe,
    set: (change) => {
      store.set({ ...store.get(), ...change })
      keep(name, JSON.stringify(store.get()))
    },
  }
}
