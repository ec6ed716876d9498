import { expect, test } from 'bun:test'
import fc from 'fast-check'

import { grantable, roleNames, scopes, type Scope } from '../../src/kernel/permissions.ts'
import { mayGive, scope_groups } from '../../src/web/pages/app/settings/scopes.ts'
import { wordsOf } from '../../src/web/pages/app/settings/words.ts'
import { appearanceOf } from '../../src/web/pages/app/theme/appearance.ts'
import { contrast, hexOf, oklchOf } from '../../src/web/pages/shared/colour.ts'
import { flawsOf, isDark, paletteOf, readable } from '../../src/web/pages/app/theme/palette.ts'

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
const colours = fc.record({ background: colour, text: colour, accent: colour })

const surfaces = ['bg', 'panel', 'hover', 'raised', 'tint', 'mention-tint']
const texts = ['text', 'muted', 'pending', 'accent', 'mention', 'danger']
const signs = ['control', 'online', 'away', 'busy']

/** Pairs of a palette that are harder to tell apart than they may be. */
function hardToRead(palette: Record<string, string>): string[] {
  const of = (name: string): string => palette[`--vz-${name}`] ?? 'none'
  const weak = (ink: string, behind: string, least: number): string[] => {
    const ratio = contrast(of(ink), of(behind))
    return ratio >= least ? [] : [`${ink} on ${behind}: ${ratio.toFixed(2)}`]
  }
  return [
    ...texts.flatMap((ink) => surfaces.flatMap((behind) => weak(ink, behind, 4.5))),
    ...signs.flatMap((ink) => surfaces.flatMap((behind) => weak(ink, behind, 3))),
    ...['accent', 'mention', 'danger'].flatMap((behind) => weak(`${behind}-text`, behind, 4.5)),
  ]
}

test.each([
  ['#000000', '#ffffff', 21],
  ['#777777', '#ffffff', 4.48],
  ['#0000ff', '#ffffff', 8.59],
  ['#123456', '#123456', 1],
])('the contrast of %s and %s is %d', (one, other, ratio) => {
  expect(contrast(one, other)).toBeCloseTo(ratio, 2)
  expect(contrast(other, one)).toBe(contrast(one, other))
})

test('a colour is the same after a way through OKLCH', () => {
  fc.assert(fc.property(colour, (hex) => hexOf(oklchOf(hex)) === hex))
})

test('of whatever colours one chooses, the nearest that are offered have no flaw, and everything from them can be read', () => {
  fc.assert(
    fc.property(colours, (chosen) => {
      const offered = readable(chosen)
      expect(flawsOf(offered)).toEqual([])
      expect(hardToRead(paletteOf(offered))).toEqual([])
    }),
    { numRuns: 300, examples: [[{ background: '#047fb8', text: '#000000', accent: '#000000' }]] },
  )
})

test('colours that can be read are left as they are', () => {
  fc.assert(
    fc.property(colours, (chosen) => {
      fc.pre(flawsOf(chosen).length === 0)
      expect(readable(chosen)).toEqual(chosen)
    }),
    { numRuns: 50, maxSkipsPerRun: 1000 },
  )
})

test.each([
  ['grey on white', { background: '#ffffff', text: '#999999', accent: '#00695e' }, ['text']],
  ['yellow links on white', { background: '#ffffff', text: '#1a1f2b', accent: '#ffe600' }, ['accent']],
  ['black on black', { background: '#000000', text: '#000000', accent: '#111111' }, ['text', 'accent']],
  ['white on night blue', { background: '#101830', text: '#ffffff', accent: '#9fd8ff' }, []],
])('%s: what is refused', (_, chosen, flawed) => {
  expect(flawsOf(chosen).map(({ colour }): string => colour)).toEqual(flawed)
})

test('a palette has every colour token, so that none of a theme shines through', async () => {
  const css = await Bun.file(new URL('../../sdks/react/src/tokens.css', import.meta.url)).text()
  const tokens = [...css.matchAll(/(--vz-[a-z-]+): light-dark/g)].map(([, name = '']) => name)
  const chosen = { background: '#ffffff', text: '#111111', accent: '#00695e' }
  expect(Object.keys(paletteOf(chosen)).toSorted()).toEqual([...new Set(tokens)].toSorted())
  expect(isDark(chosen)).toBe(false)
})

const good = { colours: { background: '#ffffff', text: '#111111', accent: '#00695e' }, scheme: 'light' }
test.each([
  ['nothing', null, { theme: 'auto', density: 'comfortable', custom: null }],
  ['no object', 'dark', { theme: 'auto' }],
  ['an unknown theme', { theme: 'neon', density: 7 }, { theme: 'auto', density: 'comfortable' }],
  ['own colours that are not there', { theme: 'custom' }, { theme: 'auto', custom: null }],
  [
    'own colours that are none',
    { theme: 'custom', custom: { ...good, colours: { ...good.colours, text: 'red;}' } } },
    { theme: 'auto' },
  ],
  [
    'tokens that are more than colours',
    {
      theme: 'custom',
      custom: { ...good, tokens: { '--vz-bg': '#fff001', '--vz-panel': 'url(//eve.example)', color: '#000000' } },
    },
    { theme: 'custom', custom: { ...good, tokens: { '--vz-bg': '#fff001' } } },
  ],
])('of a browser that has kept %s, what can be used is used', (_, kept, expected) => {
  expect(appearanceOf(kept)).toMatchObject(expected)
})

test('a key is offered every permission that opens something once, and those that a role may give, as the server has it', async () => {
  const offered: Scope[] = Object.values(scope_groups).flat()
  const root = new URL('../../src', import.meta.url).pathname
  const files = [...new Bun.Glob('{app,features,platform,transport,web}/**/*.ts').scanSync(root)]
  const sources = files
    .filter((file) => !file.startsWith('web/pages/'))
    .map((file) => Bun.file(`${root}/${file}`).text())
  const server = (await Promise.all(sources)).join('')
  const used = scopes.filter((scope) => server.includes(`'${scope}'`))
  expect(offered.toSorted()).toEqual(used.toSorted())
  for (const role of roleNames) {
    const given = [...grantable(role)].filter((scope) => used.includes(scope))
    expect(offered.filter((scope) => mayGive(role, scope)).toSorted()).toEqual(given.toSorted())
  }
})

test('French says what English says, in other words', () => {
  const leaves = (words: object, path = ''): [string, unknown][] =>
    Object.entries(words).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null ? leaves(value, `${path}.${name}`) : [[`${path}.${name}`, value]],
    )
  const [en, fr] = [leaves(wordsOf.en), leaves(wordsOf.fr)]
  expect(fr.map(([path]) => path).toSorted()).toEqual(en.map(([path]) => path).toSorted())
  const french = new Map(fr)
  const same = en.filter(([path, text]) => typeof text === 'string' && french.get(path) === text).map(([path]) => path)
  expect(same).toEqual([
    '.parts.notifications',
    '.profile.statuses.invisible',
    '.appearance.density',
    '.language.languages.en',
    '.language.languages.fr',
  ])
})
