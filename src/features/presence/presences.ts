/**
 * Who is connected, over all nodes: the source of truth for presence. An implementation for several nodes keeps the whole picture in the memory of each, so
 * that asking needs no waiting.
 */
export interface Presences {
  /** A connection of the user began on this node. */
  add(user_id: number): void
  /** A connection of the user ended on this node. */
  remove(user_id: number): void
  /** How many connections the user has. */
  connections(user_id: number): number
}

/** For one node: there are no others. */
export function createMemoryPresences(): Presences {
  const counts = new Map<number, number>()
  return {
    add: (user_id) => {
      counts.set(user_id, (counts.get(user_id) ?? 0) + 1)
    },
    remove: (user_id) => {
      const left = (counts.get(user_id) ?? 0) - 1
      if (left > 0) counts.set(user_id, left)
      else counts.delete(user_id)
    },
    connections: (user_id) => counts.get(user_id) ?? 0,
  }
}
