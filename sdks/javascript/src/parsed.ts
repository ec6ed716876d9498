/** What a text of JSON says; null where it is none. */
export function parsed<T>(text: unknown): T | null {
  try {
    return JSON.parse(text as string) as T
  } catch {
    return null
  }
}
