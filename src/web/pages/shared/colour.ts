/** A colour as OKLCH has it: lightness from 0 to 1, chroma, hue in degrees. */
export interface Oklch {
  l: number
  c: number
  h: number
}

type Triple = readonly [number, number, number]

const linear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
const encoded = (light: number): number => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055)

export const isHex = (text: unknown): text is string => typeof text === 'string' && /^#[0-9a-f]{6}$/i.test(text)

const rgbOf = (hex: string): Triple => {
  const value = Number.parseInt(hex.slice(1), 16)
  return [linear((value >> 16) / 255), linear(((value >> 8) & 255) / 255), linear((value & 255) / 255)]
}

const hexOfRgb = (rgb: Triple): string =>
  `#${rgb
    .map((light) =>
      Math.round(encoded(Math.min(1, Math.max(0, light))) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [r, g, b] = rgbOf(hex)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast ratio of WCAG 2.2, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

export const isLighter = (one: string, other: string): boolean => luminance(one) > luminance(other)

// The matrices of Oklab, by Björn Ottosson (https://bottosson.github.io/posts/oklab/), as CSS Color 4 has them.
function oklabOf(hex: string): Triple {
  const [r, g, b] = rgbOf(hex)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function rgbOfOklab([lightness, a, b]: Triple): Triple {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

export function oklchOf(hex: string): Oklch {
  const [l, a, b] = oklabOf(hex)
  return { l, c: Math.hypot(a, b), h: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360 }
}

/** The colour itself or, where sRGB does not reach it, the nearest of less chroma. */
export function hexOf({ l, c, h }: Oklch): string {
  if (l <= 0) return '#000000'
  if (l >= 1) return '#ffffff'
  const angle = (h * Math.PI) / 180
  const at = (chroma: number): Triple => rgbOfOklab([l, chroma * Math.cos(angle), chroma * Math.sin(angle)])
  const fits = (rgb: Triple): boolean => rgb.every((light) => light >= -0.0005 && light <= 1.0005)
  let chroma = c
  while (chroma > 0.001 && !fits(at(chroma))) chroma *= 0.96
  return hexOfRgb(at(chroma))
}

/** `share` of the second colour in the first, as the eye has it. */
export function mix(one: string, other: string, share: number): string {
  const [from, to] = [oklabOf(one), oklabOf(other)]
  const between = (axis: 0 | 1 | 2): number => from[axis] + (to[axis] - from[axis]) * share
  return hexOfRgb(rgbOfOklab([between(0), between(1), between(2)]))
}
