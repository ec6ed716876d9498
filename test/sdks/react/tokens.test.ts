import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'

const css = await Bun.file(join(import.meta.dir, '../../../sdks/react/src/tokens.css')).text()

type Tokens = Record<string, string>

const declarations = (block: string): Tokens =>
  Object.fromEntries([...block.matchAll(/(--vz-[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value.replace(/\s+/g, ' ')])) // prettier-ignore

/** What stands in the braces after this selector. */
function blockOf(selector: string): Tokens {
  const at = css.indexOf(selector)
  expect(at).toBeGreaterThan(-1)
  const begins = css.indexOf('{', at)
  return declarations(css.slice(begins, css.indexOf('}', begins)))
}

const plain = blockOf(':root,\n:host,\n[data-vz-theme] {')
const contrast = { ...plain, ...blockOf("[data-vz-theme='contrast'],") }

/** Of a colour of OKLCH, clipped to what a screen has, as WCAG 2 defines it. https://www.w3.org/TR/css-color-4/#color-conversion-code */
function luminance(colour: string): number {
  const [, l = '', c = '', h = ''] = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(colour) ?? []
  if (l === '') throw new Error(`not a colour: ${colour}`)
  const angle = (Number(h) * Math.PI) / 180
  const a = Number(c) * Math.cos(angle)
  const b = Number(c) * Math.sin(angle)
  const long = (Number(l) + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const middle = (Number(l) - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (Number(l) - 0.0894841775 * a - 1.291485548 * b) ** 3
  const channels = [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ]
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => Math.min(1, Math.max(0, channel)))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function ratio(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** A token's colour in light or dark, with the accent of this hue. */
function colourOf(tokens: Tokens, name: string, mode: 'light' | 'dark', hue = tokens['--vz-accent-hue'] ?? ''): string {
  const value = (tokens[name] ?? '').replaceAll('var(--vz-accent-hue)', hue)
  const both = /^light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)$/.exec(value)
  return both === null ? value : (both[mode === 'light' ? 1 : 2] ?? '')
}

const grounds = ['--vz-bg', '--vz-panel', '--vz-raised', '--vz-hover']
/** Every text and what can be behind it in the style sheets. */
const texts: [string, string[]][] = [
  ['--vz-text', [...grounds, '--vz-tint', '--vz-mention-tint']],
  ['--vz-muted', [...grounds, '--vz-tint', '--vz-mention-tint']],
  ['--vz-pending', ['--vz-bg', '--vz-hover', '--vz-mention-tint']],
  ['--vz-accent', [...grounds, '--vz-tint', '--vz-mention-tint']],
  ['--vz-mention', grounds],
  ['--vz-danger', [...grounds, '--vz-mention-tint']],
  ['--vz-accent-text', ['--vz-accent']],
  ['--vz-mention-text', ['--vz-mention']],
  ['--vz-danger-text', ['--vz-danger']],
  ['--vz-avatar-text', Array.from({ length: 12 }, (_, at) => `--vz-avatar-${at}`)],
]
/** What must be seen but is no text: borders of controls, presence. */
const shapes = ['--vz-control', '--vz-online', '--vz-away', '--vz-busy', '--vz-accent']

const hues = Array.from({ length: 72 }, (_, at) => String(at * 5))

describe.each([
  ['the plain theme', plain, 4.5],
  ['high contrast', contrast, 7],
] as const)('in %s', (_, tokens, least) => {
  describe.each(['light', 'dark'] as const)('%s', (mode) => {
    test(`each text is at least ${least}:1 to what is behind it`, () => {
      const low = texts.flatMap(([text, behind]) =>
        behind
          .map((ground) => ({
            text,
            ground,
            ratio: ratio(colourOf(tokens, text, mode), colourOf(tokens, ground, mode)),
          }))
          .filter(({ ratio }) => !(ratio >= least)),
      )
      expect(low).toEqual([])
    })

    test('so it is whichever hue the accent has', () => {
      const low = hues.flatMap((hue) =>
        texts.flatMap(([text, behind]) =>
          behind
            .filter((ground) => [tokens[text], tokens[ground]].join().includes('accent-hue'))
            .map((ground) => ({
              hue,
              text,
              ground,
              ratio: ratio(colourOf(tokens, text, mode, hue), colourOf(tokens, ground, mode, hue)),
            })) // prettier-ignore
            .filter(({ ratio }) => !(ratio >= least)),
        ),
      )
      expect(low).toEqual([])
    })

    test('what is no text is 3:1', () => {
      const low = shapes.flatMap(
        (shape) =>
        grounds.map((ground) => ({ shape, ground, ratio: ratio(colourOf(tokens, shape, mode), colourOf(tokens, ground, mode)) })).filter(({ ratio }) => !(ratio >= 3)), // prettier-ignore
      )
      expect(low).toEqual([])
    })
  })
})

test('who asks the system for more contrast gets what the theme of that name has', () => {
  const asked = css.slice(css.indexOf('@media (prefers-contrast: more)'))
  expect(declarations(asked.slice(asked.indexOf('[data-vz-theme'), asked.indexOf('}')))).toEqual(
    blockOf("[data-vz-theme='contrast'],"),
  )
})

test('the style sheets take every colour from a token, and every token they take is there', async () => {
  const sheets = await Array.fromAsync(
    new Bun.Glob('styles/*.css').scan(join(import.meta.dir, '../../../sdks/react/src')),
  )
  expect(sheets.length).toBeGreaterThan(3)
  for (const sheet of sheets) {
    const text = await Bun.file(join(import.meta.dir, '../../../sdks/react/src', sheet)).text()
    expect(text).not.toMatch(/#[0-9a-f]{3}|rgb|hsl|oklch|: (white|black)/)
    const used = [...text.matchAll(/var\((--vz-[\w-]+)/g)].map(([, name = '']) => name)
    expect(used.filter((name) => !(name in plain))).toEqual([])
  }
})

test('black on white is 21:1, and a grey known from elsewhere what it is there', () => {
  expect(ratio('oklch(0 0 0)', 'oklch(1 0 0)')).toBeCloseTo(21, 1)
  // #777777 on white is 4.48:1.
  expect(ratio('oklch(0.5693 0 0)', 'oklch(1 0 0)')).toBeCloseTo(4.48, 1)
})
