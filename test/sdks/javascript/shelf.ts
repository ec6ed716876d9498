// The storage that tabs share, for a program that has none: localStorage with the `storage` event of the other tabs.
export interface Shared {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
  values(): IterableIterator<string>
  /** Tells all listeners of the last change, as the browser tells the other tabs. */
  tell(): void
}

export function shelf(): Shared {
  const values = new Map<string, string>()
  let last: string | null = null
  const methods: Shared = {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => {
      values.set(key, value)
      last = key
    },
    removeItem: (key) => {
      values.delete(key)
      last = key
    },
    values: () => values.values(),
    tell: () => {
      ;(globalThis as unknown as EventTarget).dispatchEvent(Object.assign(new Event('storage'), { key: last }))
    },
  }
  // Its own properties are what it has (HTML, 12.2.1).
  return new Proxy(methods, {
    get: (target, key) => values.get(String(key)) ?? Reflect.get(target, key),
    ownKeys: () => [...values.keys()],
    getOwnPropertyDescriptor: (_, key) => {
      const value = values.get(String(key))
      return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: true }
    },
  })
}

/** What runs in `act` finds this storage as `localStorage`. */
export async function withShelf(storage: Shared, act: () => Promise<void>): Promise<void> {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
  Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true })
  try {
    await act()
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'localStorage')
    else Object.defineProperty(globalThis, 'localStorage', before)
  }
}
