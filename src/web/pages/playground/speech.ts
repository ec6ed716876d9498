import { createContext, useContext } from 'react'

import { type Locale, type Say, sayIn } from './texts.ts'

export const Speech = createContext<{ locale: Locale; say: Say }>({ locale: 'en', say: sayIn('en') })

/** The texts of the page in the language of its reader. */
export const useSay = (): Say => useContext(Speech).say
export const useLocale = (): Locale => useContext(Speech).locale
