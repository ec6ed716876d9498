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
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => linear(Number.parseInt(digits.slice(at, at + 2), 16) / 255)) // prettier-ignore
  return hueOfLinear(red, green, blue)
}

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)

/** CSS Color 4, 10.2: from linear sRGB by LMS to the a and b of Oklab. */
function hueOfLinear(red: number, green: number, blue: number): number | null {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  if (Math.hypot(a, b) < 0.004) return null
  return Math.round(((Math.atan2(b, a) * 180) / Math.PI + 360) % 360)
}
