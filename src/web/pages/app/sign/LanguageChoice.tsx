import { useLocale, useShell, useText } from '../context.ts'
import type { Locale } from '../locale.ts'
import { sign_words } from './words.ts'

/** For whoever is not signed in, and has no settings yet. */
export function LanguageChoice() {
  const { locale: chosen } = useShell()
  const locale = useLocale()
  const words = useText(sign_words)
  const names: Record<Locale, string> = { en: 'English', fr: 'Français' }
  return (
    <fieldset className="app-door-language" aria-label={words.language}>
      {(Object.keys(names) as Locale[]).map((one) => (
        <button key={one} type="button" lang={one} aria-pressed={one === locale} onClick={() => chosen.set(one)}>
          {names[one]}
        </button>
      ))}
    </fieldset>
  )
}
