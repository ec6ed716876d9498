import { useRef } from 'react'

import { useApp } from '../context.ts'
import { Outcome } from '../parts/Form.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { Options } from '../parts/Options.tsx'
import { useWords } from './hooks.ts'
import { wordsOf } from './words.ts'

const locales = ['en', 'fr'] as const

export function Language() {
  const words = useWords()
  const { rest, locale, setLocale } = useApp()
  const deed = useDeed()
  const wish = useRef(locale)
  // The app changes at once; the server is told, and says so when it does not know. Who chooses again meanwhile has the last word.
  const choose = (chosen: 'en' | 'fr') => {
    wish.current = chosen
    setLocale(chosen)
    deed.run(async () => {
      let told: 'en' | 'fr'
      do {
        told = wish.current
        await rest('PUT /users/me', { body: { locale: told } })
      } while (told !== wish.current)
      return wordsOf[told].saved
    })
  }
  return (
    <>
      <Options
        label={words.language.title}
        options={locales}
        nameOf={(option) => words.language.languages[option]}
        langOf={(option) => option}
        value={locale}
        onChange={choose}
        hint={words.language.hint}
      />
      <Outcome of={deed} />
    </>
  )
}
