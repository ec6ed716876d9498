import { isHex } from './colour.ts'
import type { Colours } from './palette.ts'

/** How the pages look on this device. */
export interface Appearance {
  theme: 'auto' | 'light' | 'dark' | 'contrast' | 'custom'
  density: 'comfortable' | 'compact'
  /** Kept also while another theme is chosen. */
  custom: Custom | null
}

export interface Custom {
  colours: Colours
  scheme: 'light' | 'dark'
  /** What comes from the colours, ready to be set, so that the script before the first paint has nothing to work out. */
  tokens: Record<string, string>
}

export const appearance_key = 'veza.appearance'
export const themes = ['auto', 'light', 'dark', 'contrast', 'custom'] as const
export const densities = ['comfortable', 'compact'] as const

/** What is kept as it may be used: anybody can write into the storage of a browser, and older versions have. */
export function appearanceOf(kept: unknown): Appearance {
  const { theme, density, custom } = (kept ?? {}) as Partial<Record<keyof Appearance, unknown>>
  const own = customOf(custom)
  const known = themes.find((name) => name === theme) ?? 'auto'
  return {
    theme: known === 'custom' && own === null ? 'auto' : known,
    density: densities.find((name) => name === density) ?? 'comfortable',
    custom: own,
  }
}

function customOf(kept: unknown): Custom | null {
  const { colours, scheme, tokens } = (kept ?? {}) as Partial<Record<keyof Custom, unknown>>
  const { background, text, accent } = (colours ?? {}) as Partial<Record<keyof Colours, unknown>>
  if (!isHex(background) || !isHex(text) || !isHex(accent)) return null
  const known = Object.entries((tokens ?? {}) as Record<string, unknown>).filter(
    (entry): entry is [string, string] => /^--vz-[a-z-]+$/.test(entry[0]) && isHex(entry[1]),
  )
  if (known.length === 0) return null
  return { colours: { background, text, accent }, scheme: scheme === 'dark' ? 'dark' : 'light', tokens: Object.fromEntries(known) }
}

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
