// A script of its own for the page at an address that leads nowhere: it speaks the language and wears the theme that were chosen on the device. Without it the
// page is in the language that the browser asks for.
import { readLocale } from './locale.ts'
import { keptValue } from './stored.ts'
import { appearance_key, appearanceOf } from './theme/appearance.ts'
import { applyAppearance } from './theme/apply.ts'

const locale = readLocale()
document.documentElement.lang = locale
applyAppearance(appearanceOf(keptValue(appearance_key)))
document.addEventListener('DOMContentLoaded', () => {
  const heading = document.querySelector(`[lang=${locale}] > h1`)
  if (heading !== null) document.title = `${heading.textContent} – Veza Chat`
})
