/** Null over plain HTTP, where a browser gives a page no locks, and no notifications either. */
const locks = (): LockManager | null => ('locks' in navigator ? navigator.locks : null)

/** One tab after the other does what goes by this name; where they cannot take turns, each at its own time. */
export async function inTurn(name: string, act: () => Promise<void>): Promise<void> {
  await (locks()?.request(name, act) ?? act())
}

/** Says something to the other tabs for as long as this one lives, or until the function it returns is called. */
export function hold(name: string): () => void {
  let end = (): void => undefined
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  // A browser that is closing the page may refuse it.
  locks()?.request(name, { mode: 'shared' }, () => over).catch((error: unknown) => error) // prettier-ignore
  return () => end()
}

/** Whether any tab says it. */
export async function isHeld(name: string): Promise<boolean> {
  const { held = [] } = (await locks()?.query()) ?? {}
  return held.some((lock) => lock.name === name)
}
