// A script of its own that pages wait for before they paint, so that nobody sees the wrong theme flash by. Whoever is signed in has the files of the chat on
// their way from here on. And where the page's script cannot be had, there is nobody else to say so.
import { fetchChat, isChatExpected } from './chat-files.ts'
import { readLocale } from './locale.ts'
import { keptValue } from './stored.ts'
import { appearance_key, appearanceOf } from './theme/appearance.ts'
import { applyAppearance } from './theme/apply.ts'

const texts = {
  en: ['The page could not be loaded. Try again in a moment.', 'Load the page again'],
  fr: ['La page n’a pas pu se charger. Réessayez dans un instant.', 'Recharger la page'],
} as const

function sayNotLoaded(): void {
  const [said, again] = texts[readLocale()]
  const place = document.createElement('div')
  place.className = 'app-empty'
  place.role = 'alert'
  const text = document.createElement('p')
  text.textContent = said
  const button = document.createElement('button')
  button.className = 'app-button'
  button.textContent = again
  button.addEventListener('click', () => location.reload())
  place.append(text, button)
  document.querySelector('#app')?.replaceChildren(place)
}

/** When all of the page has been read, which is soon; its scripts run after that. */
const whenRead = (run: () => void): void => {
  if (document.readyState === 'loading') document.addEventListener('readystatechange', run, { once: true })
  else run()
}

const applyKept = () => applyAppearance(appearanceOf(keptValue(appearance_key)))
applyKept()
// Chosen in another tab.
addEventListener('storage', ({ key }) => {
  if (key === appearance_key || key === null) applyKept()
})
if (isChatExpected()) whenRead(fetchChat)
addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLScriptElement) whenRead(sayNotLoaded)
  },
  true,
)
