import type { Store } from './api.ts'

export interface Cell<T> extends Store<T> {
  /** The same value again is no change. */
  set(value: T): void
}

export interface Listeners<T = void> {
  subscribe(listener: (told: T) => void): () => void
  tell(told: T): void
  count(): number
}

export function createListeners<T = void>(): Listeners<T> {
  const listeners = new Set<(told: T) => void>()
  return {
    subscribe: (listener) => {
      // The same function twice is called twice.
      const own = (told: T) => listener(told)
      listeners.add(own)
      return () => {
        listeners.delete(own)
      }
    },
    tell: (told) => {
      for (const listener of Array.from(listeners)) listener(told)
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
  /** Another number after each change. */
  version(): number
  /** Calls `dependent` at each touch, before anybody is told, until the function it returns is called. */
  feeds(dependent: () => void): () => void
}

/** So often at most are listeners told: a screen shows no more. */
const frame_ms = 16

/**
 * A value made of others when it is asked for. Listeners are told of the first change in the same turn, and of a run of changes once in 16 ms, so that hundreds
 * of events a second do not draw hundreds of times. Its sources are made of none themselves, and know it only while it has listeners.
 */
export function derived<T>(make: () => T, sources: readonly Derived<unknown>[] = []): Derived<T> {
  const { subscribe, tell, count } = createListeners()
  let value: T | undefined
  let made = -1
  let touches = 0
  let told = 0
  let waiting = false
  const dependents = new Set<() => void>()

  const version = () => sources.reduce((sum, source) => sum + source.version(), touches)
  const announce = () => {
    waiting = false
    told = Date.now()
    tell()
  }
  function changed(): void {
    for (const dependent of dependents) dependent()
    if (waiting || count() === 0) return
    waiting = true
    const rest = told + frame_ms - Date.now()
    if (rest > 0 && rest <= frame_ms) setTimeout(announce, rest)
    else queueMicrotask(announce)
  }
  const get = () => {
    const now = version()
    if (now !== made) {
      value = make()
      made = now
    }
    return value as T
  }

  return {
    ...watched({ get, subscribe }, () => {
      const ends = sources.map((source) => source.feeds(changed))
      return () => {
        for (const end of ends) end()
      }
    }),
    version,
    touch: () => {
      touches++
      changed()
    },
    feeds: (dependent) => {
      dependents.add(dependent)
      return () => {
        dependents.delete(dependent)
      }
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
