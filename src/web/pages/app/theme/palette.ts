import { contrast, hexOf, isLighter, mix, oklchOf } from '../../shared/colour.ts'

/** What somebody chooses, as `#rrggbb`; all other colours come from these. */
export interface Colours {
  background: string
  text: string
  accent: string
}

/** A chosen colour that cannot be read on what would be behind it. */
export interface Flaw {
  colour: 'text' | 'accent'
  /** The contrast that it has where it has the least. */
  ratio: number
}

/** Of text on all that is behind it (WCAG 2.2, 1.4.3). */
const needed_contrast = 4.5
/** Of what is no text and yet has to be seen (1.4.11). */
const seen_contrast = 3

export const isDark = ({ background, text }: Colours): boolean => isLighter(text, background)

/** All that text stands on. */
function surfacesOf({ background, text, accent }: Colours) {
  const dark = isLighter(text, background)
  const { l, c, h } = oklchOf(background)
  return {
    '--vz-bg': background,
    '--vz-panel': mix(background, text, 0.03),
    '--vz-hover': mix(background, text, 0.05),
    '--vz-raised': dark ? mix(background, text, 0.07) : hexOf({ l: Math.min(1, l + 0.013), c, h }),
    '--vz-tint': mix(background, accent, 0.1),
    '--vz-mention-tint': mix(background, hexOf({ l: dark ? 0.78 : 0.53, c: 0.13, h: 60 }), 0.1),
  }
}

const leastOn = (colour: string, surfaces: readonly string[]): number =>
  Math.min(...surfaces.map((surface) => contrast(colour, surface)))

/** Why these colours may not be used; empty when they may. */
export function flawsOf(colours: Colours): Flaw[] {
  const surfaces = Object.values(surfacesOf(colours))
  return (['text', 'accent'] as const)
    .map((colour) => ({ colour, ratio: leastOn(colours[colour], surfaces) }))
    .filter(({ ratio }) => ratio < needed_contrast)
}

/** The colour itself, or as much lighter or darker as it must be to be told from all `surfaces`. */
function standingOut(colour: string, surfaces: readonly string[], lighter: boolean, ratio: number): string {
  const { l, c, h } = oklchOf(colour)
  let found = colour
  for (let step = 1; leastOn(found, surfaces) < ratio && step <= 100; step++)
    found = hexOf({ l: lighter ? l + ((1 - l) * step) / 100 : l * (1 - step / 100), c, h })
  return found
}

/** Every colour token of `tokens.css`, for colours without flaws. Text holds 4.5:1 on all that may be behind it, and what is no text 3:1. */
export function paletteOf(colours: Colours): Record<string, string> {
  const dark = isDark(colours)
  const surfaces = surfacesOf(colours)
  const behind = Object.values(surfaces)
  const { background, text, accent } = colours
  const readable = (l: number, c: number, h: number) => standingOut(hexOf({ l, c, h }), behind, dark, needed_contrast)
  const seen = (l: number, c: number, h: number) => standingOut(hexOf({ l, c, h }), behind, dark, seen_contrast)
  const faded = (share: number): string => {
    let ink = share
    while (ink < 1 && leastOn(mix(background, text, ink), behind) < needed_contrast) ink += 0.02
    return ink < 1 ? mix(background, text, ink) : text
  }
  const mention = readable(dark ? 0.78 : 0.53, 0.14, dark ? 55 : 35)
  const danger = readable(dark ? 0.75 : 0.5, 0.16, 26)
  return {
    ...surfaces,
    '--vz-text': text,
    '--vz-muted': faded(0.7),
    '--vz-pending': faded(0.6),
    '--vz-line': mix(background, text, 0.14),
    '--vz-control': standingOut(mix(background, text, 0.5), behind, dark, seen_contrast),
    '--vz-accent': accent,
    '--vz-accent-text': inkOn(accent),
    '--vz-mention': mention,
    '--vz-mention-text': inkOn(mention),
    '--vz-danger': danger,
    '--vz-danger-text': inkOn(danger),
    '--vz-online': seen(dark ? 0.75 : 0.6, 0.14, 150),
    '--vz-away': seen(dark ? 0.8 : 0.62, 0.13, 75),
    '--vz-busy': seen(dark ? 0.68 : 0.57, 0.18, 25),
  }
}

/** One of the two always has 4.58:1 and more. */
const inkOn = (colour: string): string =>
  contrast(colour, '#ffffff') >= contrast(colour, '#000000') ? '#ffffff' : '#000000'

/** The colours nearest to these, of the same hues, that have no flaw. */
export function readable(colours: Colours): Colours {
  const lighter = contrast(colours.background, '#ffffff') >= contrast(colours.background, '#000000')
  const [end, other_end] = lighter ? ([1, 0] as const) : ([0, 1] as const)
  const background = walk(colours.background, other_end)
  const walks = { text: walk(colours.text, end), accent: walk(colours.accent, end) }
  for (;;) {
    const found = { background: background.colour(), text: walks.text.colour(), accent: walks.accent.colour() }
    const flaws = flawsOf(found)
    if (flaws.length === 0) return found
    const moved = flaws.filter(({ colour }) => walks[colour].step())
    // Black or white themselves do not stand out from the middle: then the background gives way. Black on white has no flaw, so this ends.
    if (moved.length === 0) background.step()
  }
}

/** A colour on its way to black (0) or white (1), a hundredth at a time. */
function walk(from: string, end: 0 | 1) {
  const { l, c, h } = oklchOf(from)
  let gone = 0
  const at = () => (end === 1 ? Math.min(1, l + gone / 100) : Math.max(0, l - gone / 100))
  return {
    colour: () => (gone === 0 ? from : hexOf({ l: at(), c, h })),
    /** False when it is there already. */
    step: (): boolean => {
      if (at() === end) return false
      gone++
      return true
    },
  }
}
