import { alone, platform, uuid } from './platform.ts'
import type { Vault } from './vault.ts'

/** So long a tab may take; one that was closed meanwhile holds nobody up for longer. */
const lease_ms = 15_000

interface Lease {
  id: string
  until: number
}

/** One tab at a time: by Web Locks; where the browser has none for this page, as over plain HTTP, by a lease in what the tabs share. */
export function exclusively<T>(name: string, vault: Vault, act: () => Promise<T>): Promise<T> {
  if (platform.locks() !== undefined) return alone(name, act)
  return alone(name, async () => {
    const id = uuid()
    await take(vault, name, id)
    try {
      return await act()
    } finally {
      await vault.update<Lease>(name, (lease) => (lease?.id === id ? null : lease))
    }
  })
}

async function take(vault: Vault, name: string, id: string): Promise<void> {
  const mine = () => ({ id, until: Date.now() + lease_ms })
  const isFree = (lease: Lease | null) => lease === null || lease.until < Date.now()
  while ((await vault.update<Lease>(name, (lease) => (isFree(lease) ? mine() : lease)))?.id !== id)
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 50))
}
