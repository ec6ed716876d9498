// The package as it is published: its types for plain TypeScript, its style sheets, and what it leaves to the page that uses it.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { buildSdk } from '../../../.ci/build-sdks.ts'

setDefaultTimeout(120_000)

const root = join(import.meta.dir, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'veza-chat-react-'))
const installed = (name: string) => join(folder, 'node_modules', name)

beforeAll(async () => {
  for (const scope of ['', '@types']) mkdirSync(installed(scope), { recursive: true })
  for (const name of ['react', 'csstype']) symlinkSync(join(root, 'node_modules', name), installed(name))
  await buildSdk('javascript', installed('veza-js-sdk'))
  await buildSdk('react', installed('veza-react-components'))
  await Bun.write(join(folder, 'package.json'), '{"type": "module"}')
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['nodenext', 'nodenext', '@types/react'],
  ['esnext', 'bundler', '@types/react'],
  ['esnext', 'bundler', '@types/react-18'],
])('has types for plain TypeScript, module %s, resolution %s, by %s', async (module, resolution, types) => {
  rmSync(installed('@types/react'), { force: true })
  symlinkSync(join(root, 'node_modules', types), installed('@types/react'))
  await Bun.write(
    join(folder, 'page.tsx'),
    `import { ChatRoom, VezaProvider } from 'veza-react-components'
export const page = <VezaProvider url="https://chat.example.com" token="t"><ChatRoom of="general" /></VezaProvider>
// @ts-expect-error A place is a name or a number.
export const wrong = <ChatRoom of={{}} />
`,
  )
  const flags = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023,dom', '--types', '', '--jsx', 'react-jsx', '--ignoreConfig'] // prettier-ignore
  const tsc = Bun.spawn([process.execPath, join(root, 'node_modules/typescript/bin/tsc'), ...flags, '--module', module, '--moduleResolution', resolution, 'page.tsx'], { cwd: folder, stdout: 'pipe' }) // prettier-ignore
  expect([await tsc.stdout.text(), await tsc.exited]).toEqual(['', 0])
})

test('leaves React and the client library to the page', async () => {
  const text = await Bun.file(join(installed('veza-react-components'), 'index.js')).text()
  const imported = new Set([...text.matchAll(/from ?"([^"]+)"/g)].map(([, name]) => name))
  expect(imported).toEqual(new Set(['react', 'react/jsx-runtime', 'veza-js-sdk']))
})

test.each(['styles.css', 'components.css', 'conversation.css', 'tokens.css'])(
  '%s needs no other file',
  async (name) => {
    const text = await Bun.file(join(installed('veza-react-components'), name)).text()
    expect(text).toContain('--vz-accent')
    expect(text).not.toContain('@import')
  },
)
