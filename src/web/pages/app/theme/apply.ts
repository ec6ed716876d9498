import type { Appearance } from './appearance.ts'

/** Makes the page look so. Custom colours are those of the light or dark theme with tokens of their own in front. */
export function applyAppearance({ theme, density, custom }: Appearance, page: Document = document): void {
  const { dataset, style } = page.documentElement
  const own = theme === 'custom' ? custom : null
  const shown = own?.scheme ?? theme
  dataset['vzTheme'] = shown
  dataset['vzDensity'] = density
  // The page is painted in this scheme even before its style sheet is there.
  style.colorScheme = shown === 'light' || shown === 'dark' ? shown : ''
  for (const name of Array.from(style)) if (name.startsWith('--vz-')) style.removeProperty(name)
  for (const [name, value] of Object.entries(own?.tokens ?? {})) style.setProperty(name, value)
  applyToBrowser(page, shown, own?.colours.background)
}

/** The colour of what a phone shows around the page. The first that fits counts. */
function applyToBrowser(page: Document, shown: string, background: string | undefined): void {
  for (const scheme of ['light', 'dark']) {
    const meta = page.querySelector<HTMLMetaElement>(`meta[data-scheme=${scheme}]`)
    if (meta === null) continue
    const chosen = shown === 'light' || shown === 'dark'
    meta.media = !chosen ? `(prefers-color-scheme: ${scheme})` : shown === scheme ? 'all' : 'not all'
  }
  page.querySelector('meta[data-scheme=custom]')?.remove()
  if (background === undefined) return
  const meta = page.createElement('meta')
  meta.name = 'theme-color'
  meta.dataset['scheme'] = 'custom'
  meta.content = background
  page.head.prepend(meta)
}
