import type { Told } from './news.ts'

interface State {
  up_to: Record<string, number>
  ids: readonly number[]
}

/** A mention is told ahead of what the list says of its room: seconds at most, in which fewer are told. */
const most_ids = 500

const blank: State = { up_to: {}, ids: [] }

/** In IndexedDB, as a tab may read of localStorage what another has overwritten a moment before. Where the browser keeps nothing for the page, each tab knows what it told itself. */
export function createTold(user_id: number): Told {
  let opened: Promise<IDBDatabase> | null = null
  let own = blank

  async function update(change: (state: State) => State): Promise<void> {
    own = change(own)
    try {
      opened ??= open()
      const transaction = (await opened).transaction('told', 'readwrite')
      const states = transaction.objectStore('told')
      const found: IDBRequest<State | undefined> = states.get(user_id)
      found.onsuccess = () => {
        const before = found.result ?? blank
        const after = change(before)
        if (after !== before) states.put(after, user_id)
      }
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error ?? new DOMException())
      })
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      // Closed by the browser, or never to be had: the next time shows.
      opened = null
    }
  }

  return {
    upTo: async (key) => {
      let up_to = 0
      await update((state) => {
        up_to = state.up_to[key] ?? 0
        return state
      })
      return up_to
    },
    claim: async (key, up_to, message_ids) => {
      let fresh: ReadonlySet<number> = new Set()
      await update((state) => {
        fresh = new Set(message_ids.filter((id) => !state.ids.includes(id)))
        const reached = Math.max(up_to, state.up_to[key] ?? 0)
        return {
          up_to: reached === 0 ? state.up_to : { ...state.up_to, [key]: reached },
          ids: [...state.ids, ...fresh].slice(-most_ids),
        }
      })
      return fresh
    },
  }
}

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('veza-chat app', 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('told')
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error ?? new DOMException())
  })
