/** Waits until `holds` gives something other than undefined or false, looking again and again; fails after `ms` saying what was awaited. */
export async function eventually<T>(
  what: string,
  holds: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 10_000,
): Promise<T> {
  const late = performance.now() + ms
  for (;;) {
    const value = await holds()
    if (value !== undefined && value !== false) return value
    if (performance.now() > late) throw new Error(`${what}: not within ${ms} ms`)
    await Bun.sleep(5)
  }
}

/** An expectation that a page comes to in its time: tried again and again until it holds. After `ms` it fails as it does then. */
export async function soon(expectation: () => unknown, ms = 10_000): Promise<void> {
  const late = performance.now() + ms
  for (;;) {
    try {
      await expectation()
      return
    } catch (error) {
      if (performance.now() > late) throw error
    }
    await Bun.sleep(5)
  }
}
