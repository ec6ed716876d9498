import { expect, test } from 'bun:test'
import { join } from 'node:path'

const root = join(import.meta.dir, '../../..')

/** Look like actions: what a sealed address is bound to, and the name of an operation. */
const others = ['users.email', 'auth.register']

/** `noun.verb` anywhere in a feature, but for domain events, whose names look the same. */
async function recorded(): Promise<string[]> {
  const events = await Bun.file(join(root, 'src/kernel/events.ts')).text()
  const files = await Array.fromAsync(new Bun.Glob('src/features/**/*.ts').scan({ cwd: root }))
  const texts = await Promise.all(files.map((path) => Bun.file(join(root, path)).text()))
  const found = texts.flatMap((text) => [...text.matchAll(/'([a-z]+\.[a-z]+)'/g)].map(([, name = '']) => name))
  return [...new Set(found)].filter((name) => !events.includes(`'${name}'`) && !others.includes(name)).toSorted()
}

test('every action that the code records has a row in docs/audit.md, and nothing else has', async () => {
  const document = await Bun.file(join(root, 'docs/audit.md')).text()
  const documented = [...document.matchAll(/^\| `([a-z]+\.[a-z]+)` \|/gm)].map(([, name = '']) => name)
  expect(documented.toSorted()).toEqual(await recorded())
})

test('the document names every refusal that is kept', async () => {
  const service = await Bun.file(join(root, 'src/features/audit/service.ts')).text()
  const matters = /const matters[^[]*\[([^\]]*)\]/.exec(service)?.[1] ?? ''
  const codes = [...matters.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code)
  expect(codes.length).toBeGreaterThan(5)
  const document = await Bun.file(join(root, 'docs/audit.md')).text()
  for (const code of codes) expect(document).toContain(`\`${code}\``)
})
