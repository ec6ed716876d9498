import type { OutboxStorage, Pending } from './api.ts'

/** Keeps unsent messages for as long as the program runs. */
export function memoryOutbox(): OutboxStorage {
  const owners = new Map<string, Map<string, Pending>>()
  const of = (owner: string) => {
    const own = owners.get(owner) ?? new Map<string, Pending>()
    owners.set(owner, own)
    return own
  }
  return {
    all: (owner) => Promise.resolve([...of(owner).values()]),
    put: (owner, pending) => Promise.resolve(void of(owner).set(pending.client_id, pending)),
    remove: (owner, client_id) => Promise.resolve(void of(owner).delete(client_id)),
  }
}
