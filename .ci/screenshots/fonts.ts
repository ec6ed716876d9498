import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The fonts of the pictures: the same on every machine, and with emoji, which many have none of. No part of the app, which uses those of whoever looks at it. */
const packages = { '@fontsource-variable/inter': '5.3.0', '@fontsource/noto-color-emoji': '5.3.2' }
const faces = [
  { family: 'Pictures Text', package: '@fontsource-variable/inter', file: 'inter-latin-wght-normal.woff2', weight: '100 900' }, // prettier-ignore
  { family: 'Pictures Emoji', package: '@fontsource/noto-color-emoji', file: 'noto-color-emoji-emoji-400-normal.woff2', weight: '400 700' }, // prettier-ignore
] as const
/** Digits and the like are in the emoji font too. */
const emoji = 'U+200D, U+20E3, U+2190-27BF, U+2934-2B55, U+3030, U+303D, U+3297, U+3299, U+FE0F, U+1F000-1FAFF'

export interface Font {
  files: Record<string, Uint8Array>
  /** A style sheet, for files that are to be had below `address`. */
  css(address: string): string
}

const versions = Object.values(packages).join('-')
const home = join(import.meta.dir, '../../node_modules/.cache/veza-chat', `fonts-${versions}`)

/** Has the fonts from npm, once. */
export async function fonts(): Promise<Font> {
  if (!existsSync(home)) await fetchFonts()
  return {
    files: Object.fromEntries(faces.map(({ file }) => [file, readFileSync(join(home, file))])),
    css: (address) =>
      `${faces
        .map(
          ({ family, file, weight }) =>
            `@font-face { font-family: '${family}'; src: url('${address}/${file}') format('woff2'); font-weight: ${weight};${family === 'Pictures Emoji' ? ` unicode-range: ${emoji};` : ''} }`,
        )
        .join('\n')}
      :root { --vz-font: 'Pictures Text', 'Pictures Emoji', system-ui, sans-serif !important; }`,
  }
}

async function fetchFonts(): Promise<void> {
  const partial = `${home}.${process.pid}.partial`
  mkdirSync(partial, { recursive: true })
  try {
    writeFileSync(join(partial, 'package.json'), '{}')
    const names = Object.entries(packages).map(([name, version]) => `${name}@${version}`)
    const add = Bun.spawn([process.execPath, 'add', '--exact', '--ignore-scripts', ...names], {
      cwd: partial,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if ((await add.exited) !== 0) throw new Error(`The fonts could not be had from npm: ${await new Response(add.stderr).text()}`) // prettier-ignore
    for (const { package: name, file } of faces)
      renameSync(join(partial, 'node_modules', name, 'files', file), join(partial, file))
    rmSync(join(partial, 'node_modules'), { recursive: true })
    renameSync(partial, home)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}
