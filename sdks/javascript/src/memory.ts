import type { OutboxStorage, Pending } from './api.ts'

/** Keeps unsent messages for as long as the program runs. */
export function memoryOutbox(): OutboxStorage {
  const kept = new Map<string, { owner: string; pending: Pending }>()
  return {
    all: async (owner) => [...kept.values()].filter((each) => each.owner === owner).map(({ pending }) => pending),
    put: async (owner, pending) => void kept.set(owner + pending.client_id, { owner, pending }),
    remove: async (owner, client_id) => void kept.delete(owner + client_id),
  }
}
