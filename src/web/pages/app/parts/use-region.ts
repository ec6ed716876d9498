import { useLocale } from '../context.ts'

/** The reader's language with the region of the browser: a reader of English in London writes dates as they do there. */
export function useRegion(): string {
  const language = useLocale()
  return navigator.languages.find((tag) => tag.startsWith(language)) ?? language
}
