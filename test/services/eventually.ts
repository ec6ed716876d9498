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
