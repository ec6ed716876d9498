import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

setDefaultTimeout(60_000)
const root = join(import.meta.dir, '../../..')
const package_ = join(root, 'sdks/react')
const docs = await Bun.file(join(root, 'docs/sdks/react.md')).text()
const examples = [...docs.matchAll(/```tsx\n([\s\S]*?)```/g)].map(([, code = '']) => code)

// Beside the sources, so that packages are found as they are for those.
const place = mkdtempSync(join(package_, 'examples-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const compile = async (sources: readonly string[]): Promise<string> => {
  sources.forEach((source, at) => writeFileSync(join(place, `example-${at}.tsx`), source))
  writeFileSync(join(place, 'css.d.ts'), "declare module 'veza-react-components/styles.css'\n")
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ extends: '../tsconfig.json', include: ['.'] }))
  const tsc = Bun.spawn([process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', place], { stdio: ['ignore', 'pipe', 'pipe'] }) // prettier-ignore
  return new Response(tsc.stdout).text()
}

test('the examples of docs/sdks/react.md compile', async () => {
  expect(examples.length).toBeGreaterThan(4)
  expect(await compile(examples)).toBe('')
})

test('one that calls what is not there would not', async () => {
  expect(await compile([...examples, "import { useNothing } from 'veza-react-components'\nuseNothing()"])).toContain('useNothing') // prettier-ignore
})

test('the hooks and components of the page are those of the package', async () => {
  const index = await Bun.file(join(package_, 'src/index.ts')).text()
  const hooks = await Bun.file(join(package_, 'src/hooks.ts')).text()
  const exports = [...hooks.matchAll(/^export (?:async )?function (\w+\()/gm)].map(([, name]) => name).join(' ')
  const named = [...(index + exports).matchAll(/\b(use[A-Z]\w+|Live[A-Z]\w+?|Chat[A-Z]\w+?)(?=[,( }])/g)].map(([, name = '']) => name) // prettier-ignore
  const exported = [...new Set(named)].filter((name) => !name.endsWith('Props') && !/use(State|Effect|Memo|Callback|SyncExternalStore)$/.test(name)) // prettier-ignore
  expect(exported.length).toBeGreaterThan(15)
  expect(exported.filter((name) => !docs.includes(name))).toEqual([])
})

test.each([
  ['README.md', /token=\{(.+)\}>/],
  ['docs/integration_react.md', /token=\{(.+)\} room=/],
  ['sdks/javascript/README.md', /token: (async .+),/],
])('%s gets its token of a backend as that of docs/widget.md', async (page, written) => {
  const [, code = ''] = written.exec(await Bun.file(join(root, page)).text()) ?? []
  const backend = (address: string) => Promise.resolve(address === '/chat-token' ? Response.json({ token: 'a token' }) : new Response(null, { status: 404 })) // prettier-ignore
  expect(await Bun.file(join(root, 'docs/widget.md')).text()).toContain('Response.json({ token: ')
  // oxlint-disable-next-line typescript/no-implied-eval -- The page's own words.
  const token = new Function('fetch', `return ${code}`)(backend) as () => Promise<string>
  expect(await token()).toBe('a token')
})
