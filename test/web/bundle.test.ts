import { afterAll, expect, test } from 'bun:test'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { createAssets } from '../../src/web/assets.ts'
import type { bundlePages } from '../../src/web/bundle.ts'

const root = join(import.meta.dir, '../..')
const desk = mkdtempSync(join(tmpdir(), 'veza-pages-'))
for (const place of ['src', 'sdks', 'migrations', 'package.json', 'tsconfig.json']) cpSync(join(root, place), join(desk, place), { recursive: true }) // prettier-ignore
symlinkSync(join(root, 'node_modules'), join(desk, 'node_modules'))
afterAll(() => rmSync(desk, { recursive: true }))

const bundle = ((await import(join(desk, 'src/web/bundle.ts'))) as { bundlePages: typeof bundlePages }).bundlePages
/** Names that are no more, each without its hash. */
const gone = (from: string[], to: string[]) =>
  from
    .filter((name) => !to.includes(name))
    .map((name) => name.replace(/\.[\w-]+\./, '.'))
    .toSorted()
const namesOf = async () => Object.keys(await bundle()).toSorted()
const edit = async (path: string, change: (text: string) => string) =>
  Bun.write(join(desk, path), change(await Bun.file(join(desk, path)).text()))

test('the same sources make the same files, and each that changes has another name', async () => {
  const before = await namesOf()
  expect(await namesOf()).toEqual(before)

  for (const name of ['chat', 'entrance'])
    await edit(`src/web/pages/app/${name}.css`, (text) => `${text}\n.never-seen { color: red; }\n`)
  const restyled = await namesOf()
  expect(gone(before, restyled)).toEqual(['assets/app.css', 'assets/chat.css'])

  await edit('src/web/pages/icon.svg', (text) => text.replace('rx="15"', 'rx="14"'))
  // The manifest names the icon.
  expect(gone(restyled, await namesOf())).toEqual(['assets/icon.svg', 'assets/manifest.webmanifest'])
})

test('while developing, what is served follows its sources; else it stays as it was', async () => {
  const { createAssets: create } = (await import(join(desk, 'src/web/assets.ts'))) as {
    createAssets: typeof createAssets
  }
  const [following, staying] = [create({ follow: true }), create({ follow: false })]
  const [first, stayed] = await Promise.all([following(), staying()])
  expect(await following()).toBe(first)
  await edit('src/web/pages/playground/playground.css', (text) => `${text}\n.never-seen { color: blue; }\n`)
  expect(gone([...first.keys()], [...(await following()).keys()])).toContain('assets/playground.css')
  expect(await staying()).toBe(stayed)
})

test('what an entry imports from a shared file changes the names of both', async () => {
  await Bun.write(join(desk, 'src/web/pages/shared/word.ts'), 'export const word = () => document.title + "one"\n')
  for (const name of ['app', 'playground'])
    await edit(
      `src/web/pages/${name}/main.tsx`,
      (text) => `import { word } from '../shared/word.ts'\n${text}\nword()\n`,
    )
  const scripts = async () =>
    (await namesOf()).filter((name) => /^assets\/(app|playground)/.test(name) && name.endsWith('.js'))
  const before = await scripts()
  await edit('src/web/pages/shared/word.ts', (text) => text.replace('one', 'two'))
  const after = await scripts()
  expect(after.filter((name) => before.includes(name))).toEqual([])
})

test('sources that do not hold together are refused', async () => {
  await edit('src/web/pages/app/main.tsx', (text) => `import { nothing } from './nowhere.ts'\n${text}\nnothing()\n`)
  await expect(bundle()).rejects.toThrow()

  const { createAssets: create } = (await import(join(desk, 'src/web/assets.ts'))) as {
    createAssets: typeof createAssets
  }
  const assets = create({ follow: false })
  await expect(assets()).rejects.toThrow()
  await edit('src/web/pages/app/main.tsx', (text) =>
    text.replace("import { nothing } from './nowhere.ts'", 'const nothing = () => 1'),
  )
  expect((await assets()).has('app.html')).toBe(true)
})
