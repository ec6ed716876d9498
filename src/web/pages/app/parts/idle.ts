/** Where the browser does not say when it is idle. */
const patience_ms = 2000

/** Runs when the browser has nothing better to do; what it returns calls it off. */
export function whenIdle(run: () => void): () => void {
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(run, patience_ms)
    return () => clearTimeout(timer)
  }
  const request = requestIdleCallback(run)
  return () => cancelIdleCallback(request)
}
