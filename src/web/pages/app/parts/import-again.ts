/**
 * Loads a file that is imported, and asks for it again where it could not be had. By HTML before 2026 ("fetch a single module script") a page keeps such a failure
 * for as long as it lives, under the address: under another one the file is asked for anew. Chromium and Firefox say the address in the error; Safari keeps none.
 */
export function importAgain<T>(load: () => Promise<T>): () => Promise<T> {
  let address: string | undefined
  let failures = 0
  return async () => {
    try {
      return await (address === undefined ? load() : (import(`${address}?again=${failures}`) as Promise<T>))
    } catch (error) {
      failures++
      address ??= /https?:\S+\.js/.exec(String(error))?.[0]
      throw error
    }
  }
}
