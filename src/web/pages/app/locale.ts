import type { Locale } from './languages.ts'
import { createStore, type Settable } from './settable.ts'
import { keep, kept } from './stored.ts'

export type { Locale }

const name = 'veza.locale'

const isLocale = (tag: string | null): tag is Locale => tag === 'en' || tag === 'fr'

/** What was chosen on this device, else the language of the browser, as far as there are words in it. */
export const readLocale = (): Locale => {
  const chosen = kept(name)
  return isLocale(chosen) ? chosen : (navigator.languages.map((tag) => tag.slice(0, 2)).find(isLocale) ?? 'en')
}

export interface LocaleStore extends Settable<Locale> {
  /** Takes over what the person has chosen on another device, where nothing was chosen on this one; and does not keep it here. */
  adopt(locale: string | null): void
}

/** The language of the app: kept on the device, and the same in all of its tabs. */
export function openLocale(): LocaleStore {
  const store = createStore(readLocale())
  addEventListener('storage', ({ key }) => {
    if (key === name) store.set(readLocale())
  })
  return {
    ...store,
    set: (locale) => {
      keep(name, locale)
      store.set(locale)
    },
    adopt: (locale) => {
      if (kept(name) === null && isLocale(locale)) store.set(locale)
    },
  }
}
