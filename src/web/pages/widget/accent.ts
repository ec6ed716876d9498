import { oklchOf } from '../shared/colour.ts'

/**
 * The hue of an accent in degrees of OKLCH, of a number or of a colour as `#0a7` or `#00aa77`. Lightness and chroma stay ours, so that the contrast holds.
 * Null for anything else, and for greys, which have no hue.
 */
export function hueOf(accent: string | null): number | null {
  if (accent === null) return null
  if (/^-?\d+(\.\d+)?$/.test(accent)) return ((Number(accent) % 360) + 360) % 360
  const [, short, long] = /^#(?:([\da-f]{3})|([\da-f]{6}))$/i.exec(accent) ?? []
  const digits = long ?? short?.replaceAll(/./g, '$&$&')
  if (digits === undefined) return null
  const { c, h } = oklchOf(`#${digits}`)
  return c < 0.004 ? null : Math.round(h)
}
