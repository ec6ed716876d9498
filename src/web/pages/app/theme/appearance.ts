import { isHex } from '../../shared/colour.ts'
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
  return {
    colours: { background, text, accent },
    scheme: scheme === 'dark' ? 'dark' : 'light',
    tokens: Object.fromEntries(known),
  }
}
