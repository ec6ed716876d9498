/** A choice that this device keeps; other tabs follow at once. */
export interface Kept<T> {
  get(): T
  set(change: Partial<T>): void
  subscribe(listener: () => void): () => void
}

/** What is kept under a key; null when there is nothing, or nothing that can be read. */
export function readKept(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    // No JSON, or a browser that keeps nothing for this page.
    return null
  }
}

export function createKept<T extends object>(
  key: string,
  valueOf: (kept: unknown) => T,
  onChange?: (value: T) => void,
): Kept<T> {
  let value = valueOf(readKept(key))
  const listeners = new Set<() => void>()
  const change = (next: T): void => {
    value = next
    onChange?.(value)
    for (const listener of listeners) listener()
  }
  addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) change(valueOf(readKept(key)))
  })
  return {
    get: () => value,
    set: (part) => {
      change({ ...value, ...part })
      try {
        localStorage.setItem(key, JSON.stringify(value))
      } catch {
        // A browser that keeps nothing for this page: the choice holds until it is closed.
      }
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
