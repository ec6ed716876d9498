import type { Store } from './api.ts'

export interface Cell<T> extends Store<T> {
  /** The same value again is no change. */
  set(value: T): void
}

interface Listeners {
  subscribe(listener: () => void): () => void
  tell(): void
  count(): number
}

function createListeners(): Listeners {
  const listeners = new Set<{ call: () => void }>()
  return {
    subscribe: (call) => {
      const own = { call }
      listeners.add(own)
      return () => {
        listeners.delete(own)
      }
    },
    tell: () => {
      for (const { call } of Array.from(listeners)) call()
    },
    count: () => listeners.size,
  }
}

/** A value that is set, and told at once. */
export function cell<T>(first: T): Cell<T> {
  const { subscribe, tell } = createListeners()
  let value = first
  return {
    get: () => value,
    subscribe,
    set: (next) => {
      if (Object.is(next, value)) return
      value = next
      tell()
    },
  }
}

/** What ends something, however often it is called. */
export function once(end: () => void): () => void {
  let over = false
  return () => {
    if (over) return
    over = true
    end()
  }
}

export interface Derived<T> extends Store<T> {
  /** What it is made of has changed. */
  touch(): void
  /** Calls `dependent` at each touch, before anybody is told. */
  feeds(dependent: () => void): void
}

/** So often at most are listeners told: a screen shows no more. */
const frame_ms = 16

/**
 * A value made of others when it is asked for. Listeners are told of the first change in the same turn, and of a run of changes once in 16 ms, so that hundreds
 * of events a second do not draw hundreds of times.
 */
export function derived<T>(make: () => T, sources: readonly Derived<unknown>[] = []): Derived<T> {
  const { subscribe, tell, count } = createListeners()
  let value: T | undefined
  let stale = true
  let told = 0
  let waiting = false
  const dependents = new Set<() => void>()

  const announce = () => {
    waiting = false
    told = Date.now()
    tell()
  }
  function touch(): void {
    stale = true
    for (const dependent of dependents) dependent()
    if (waiting || count() === 0) return
    waiting = true
    const rest = told + frame_ms - Date.now()
    if (rest > 0 && rest <= frame_ms) setTimeout(announce, rest)
    else queueMicrotask(announce)
  }

  for (const source of sources) source.feeds(touch)
  return {
    get: () => {
      if (stale) {
        value = make()
        stale = false
      }
      return value as T
    },
    subscribe,
    touch,
    feeds: (dependent) => {
      dependents.add(dependent)
    },
  }
}

/** A store that does something while it has subscribers. */
export function watched<T>(store: Store<T>, begin: () => () => void): Store<T> {
  let count = 0
  let end: (() => void) | null = null
  return {
    get: store.get,
    subscribe: (listener) => {
      const stop = store.subscribe(listener)
      if (++count === 1) end = begin()
      return once(() => {
        stop()
        if (--count > 0) return
        end?.()
        end = null
      })
    },
  }
}
