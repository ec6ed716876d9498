import { alone, platform, type Shelf, uuid } from './platform.ts'

/** So long a tab may take; one that was closed meanwhile holds nobody up for longer. */
const lease_ms = 15_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * One tab at a time: by Web Locks; where the browser has none for this page, as over plain HTTP, by a lease in the storage that the tabs share. Within a program without either,
 * one call at a time.
 */
export async function exclusively<T>(name: string, shelf: Shelf | undefined, act: () => Promise<T>): Promise<T> {
  if (platform.locks() !== undefined || shelf === undefined) return alone(name, act)
  return alone(name, async () => {
    const mine = uuid()
    await lease(shelf, name, mine)
    try {
      return await act()
    } finally {
      if (holder(shelf, name)?.id === mine) shelf.removeItem(name)
    }
  })
}

interface Lease {
  id: string
  until: number
}

function holder(shelf: Shelf, name: string): Lease | null {
  const text = shelf.getItem(name)
  const lease = text === null ? null : (JSON.parse(text) as Lease)
  return lease !== null && lease.until > Date.now() ? lease : null
}

/** Writes, and looks a moment later whether it is still there: of two that wrote at once, the later one has it. */
async function lease(shelf: Shelf, name: string, id: string): Promise<void> {
  for (;;) {
    if (holder(shelf, name) === null) {
      shelf.setItem(name, JSON.stringify({ id, until: Date.now() + lease_ms } satisfies Lease))
      await pause(50)
      if (holder(shelf, name)?.id === id) return
    }
    await pause(50 + Math.random() * 50)
  }
}
