/**
 * `work` in rounds that never overlap. A call gets a round that begins after it: at once when none is under way, otherwise the next one, which all
 * who call meanwhile share. A round that rejects does so for its own callers only.
 */
export function inRounds(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  const start = (): Promise<void> => {
    running = work().finally(() => {
      running = null
    })
    return running
  }

  return () => {
    if (running === null) return start()
    next ??= running
      .catch(() => null)
      .then(() => {
        next = null
        return start()
      })
    return next
  }
}
