/** Keeps what was begun and not sent, by conversation. */
export interface DraftStore {
  get(key: string): string
  /** An empty text forgets it. */
  set(key: string, text: string): void
}

/** The part of `Storage` that is needed. */
export type KeyedStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const most = 50
const longest = 10_000

/**
 * Drafts in one entry of a storage, `localStorage` unless another is given: the 50 that were written last, each of at most 10,000 characters. Where storing fails or is forbidden, they live as long
 * as the page.
 */
export function createDrafts(name = 'veza-drafts', storage: KeyedStorage | null = localStorageOrNull()): DraftStore {
  let drafts = read(storage, name)
  return {
    get: (key) => drafts.get(key) ?? '',
    set: (key, text) => {
      // Another tab may have written since.
      drafts = storage === null ? drafts : read(storage, name, drafts)
      drafts.delete(key)
      if (text.trim() !== '') drafts.set(key, text.slice(0, longest))
      for (const oldest of [...drafts.keys()].slice(0, Math.max(0, drafts.size - most))) drafts.delete(oldest)
      write(storage, name, drafts)
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

function read(storage: KeyedStorage | null, name: string, otherwise = new Map<string, string>()): Map<string, string> {
  try {
    const text = storage?.getItem(name)
    if (text === undefined || text === null) return otherwise
    const stored: unknown = JSON.parse(text)
    if (!Array.isArray(stored)) return otherwise
    return new Map(stored.filter((entry): entry is [string, string] => Array.isArray(entry) && entry.every((part) => typeof part === 'string'))) // prettier-ignore
  } catch {
    // Not ours, or not readable: what is in memory counts.
    return otherwise
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
