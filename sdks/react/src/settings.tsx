import { createContext, useContext, useMemo, type CSSProperties, type ReactNode } from 'react'

import { datesOf, type Dates } from './format.ts'
import { wordsOf, type Locale, type Words } from './words.ts'

export type Theme = 'auto' | 'light' | 'dark' | 'contrast'

export interface Settings {
  locale: Locale
  words: Words
  dates: Dates
  /** Who reads; null where nobody said. */
  reader: Reader | null
  linkOfRoom: LinkOfRoom | null
}

/** Where `#slug` in a message leads; null for what is no room that one knows. `open` takes the place of following the address. */
export type LinkOfRoom = (slug: string) => { href: string; open?(): unknown } | null

export interface Reader {
  id: number
  username: string
}

export interface SettingsProps {
  /** Language of the components. Default `en`. */
  locale?: Locale | undefined
  /** How dates and times are written, such as `en-GB`. Default: as in the region that the browser names for the language. */
  region?: string | undefined
  /** Words of your own, in place of those of the locale. */
  words?: Partial<Words> | undefined
  /** Such as `Europe/Paris`; default is that of the device. */
  timeZone?: string | undefined
  /** Default: whatever is around. */
  theme?: Theme | undefined
  /** Hue of the accent in degrees of OKLCH; contrast holds for each. Needs `theme`. */
  accentHue?: number | undefined
  /** Who reads, for components that are not told. `VezaProvider` knows it by itself. */
  reader?: Reader | null | undefined
  /** Makes rooms in messages links. Another function draws them anew. Default: they stay text. */
  linkOfRoom?: LinkOfRoom | null | undefined
  children?: ReactNode
}

const SettingsContext = createContext<Settings>({
  locale: 'en',
  words: wordsOf.en,
  dates: datesOf('en', wordsOf.en),
  reader: null,
  linkOfRoom: null,
})

export const useSettings = (): Settings => useContext(SettingsContext)
export const useWords = (): Words => useSettings().words

/** Language, words, time zone and theme of the components inside. Needs no connection. */
export function VezaSettings(props: SettingsProps) {
  const { locale = 'en', region, words, timeZone, theme, accentHue, reader, linkOfRoom = null, children } = props
  const settings = useMemo(() => {
    const all = words === undefined ? wordsOf[locale] : { ...wordsOf[locale], ...words }
    return { locale, words: all, dates: datesOf(locale, all, timeZone, region) }
  }, [locale, words, timeZone, region])
  const id = reader?.id
  const username = reader?.username
  const given = useMemo(
    () => ({ ...settings, linkOfRoom, reader: id === undefined || username === undefined ? null : { id, username } }),
    [settings, linkOfRoom, id, username],
  )
  const hue = accentHue === undefined ? undefined : ({ '--vz-accent-hue': String(accentHue) } as CSSProperties)
  return (
    <SettingsContext.Provider value={given}>
      {theme === undefined ? (
        children
      ) : (
        <div className="vz-root" data-vz-theme={theme} lang={locale} style={hue}>
          {children}
        </div>
      )}
    </SettingsContext.Provider>
  )
}
