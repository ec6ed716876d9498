/** Work that nobody waits for, except who has to know that it is over. */
export interface Chores {
  /** Must not reject. */
  begin(chore: Promise<unknown>): void
  /** Resolves when nothing that was begun goes on. */
  ended(): Promise<void>
}

export function createChores(): Chores {
  const begun = new Set<Promise<unknown>>()
  return {
    begin: (chore) => {
      const kept = chore.finally(() => begun.delete(kept))
      begun.add(kept)
    },
    ended: async () => {
      while (begun.size > 0) await Promise.all(begun)
    },
  }
}
