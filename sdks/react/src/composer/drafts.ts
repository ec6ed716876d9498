/** Keeps what was begun and not sent, by conversation. */
export interface DraftStore {
  get(key: string): string
  /** An empty text forgets it. */
  set(key: string, text: string): void
  /** Tells what another tab made of the drafts, until the function it returns is called. */
  subscribe?(listener: (now: (key: string) => string, before: (key: string) => string) => void): () => void
}

/** The part of `Storage` that is needed. */
export type KeyedStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** What the event `storage` says (HTML, 12.2.4). */
interface Change {
  storageArea: unknown
  key: string | null
  newValue: string | null
  oldValue: string | null
}

const most = 50
const longest = 10_000

/**
 * Drafts in one entry of a storage, `localStorage` unless another is given: the 50 that were written last, each of at most 10,000 characters. Where storing fails or is forbidden, they live as long
 * as the page.
 */
export function createDrafts(name = 'veza-drafts', storage: KeyedStorage | null = localStorageOrNull()): DraftStore {
  let kept = textOf(storage, name)
  let drafts = parsed(kept) ?? new Map<string, string>()
  /** Another tab may have written since. */
  function look(): void {
    const now = textOf(storage, name)
    if (now === kept) return
    kept = now
    drafts = parsed(now) ?? drafts
  }
  return {
    get: (key) => {
      look()
      return drafts.get(key) ?? ''
    },
    set: (key, text) => {
      look()
      drafts.delete(key)
      if (text.trim() !== '') drafts.set(key, text.slice(0, longest))
      for (const oldest of [...drafts.keys()].slice(0, Math.max(0, drafts.size - most))) drafts.delete(oldest)
      write(storage, name, drafts)
      kept = textOf(storage, name)
    },
    subscribe: (listener) => {
      const heard = (event: Event) => {
        const { storageArea, key, newValue, oldValue } = event as Event & Change
        if (storageArea !== storage || key !== name) return
        const [now, before] = [parsed(newValue), parsed(oldValue)]
        if (now !== null && before !== null)
          listener(
            (key) => now.get(key) ?? '',
            (key) => before.get(key) ?? '',
          )
      }
      addEventListener('storage', heard)
      return () => removeEventListener('storage', heard)
    },
  }
}

function localStorageOrNull(): KeyedStorage | null {
  try {
    return globalThis.localStorage
  } catch {
    // A sandboxed frame may not even ask.
    return null
  }
}

/** Null where nothing is kept, or nothing can be. */
function textOf(storage: KeyedStorage | null, name: string): string | null {
  try {
    return storage?.getItem(name) ?? null
  } catch {
    // Forbidden since: what is in memory counts.
    return null
  }
}

/** Null for what is not ours, or not readable. */
function parsed(text: string | null): Map<string, string> | null {
  if (text === null) return new Map()
  try {
    const stored: unknown = JSON.parse(text)
    if (!Array.isArray(stored)) return null
    return new Map(stored.filter((entry): entry is [string, string] => Array.isArray(entry) && entry.every((part) => typeof part === 'string'))) // prettier-ignore
  } catch {
    return null
  }
}

function write(storage: KeyedStorage | null, name: string, drafts: Map<string, string>): void {
  try {
    if (drafts.size === 0) storage?.removeItem(name)
    else storage?.setItem(name, JSON.stringify([...drafts]))
  } catch {
    // Full, or forbidden: the drafts stay in memory.
  }
}
