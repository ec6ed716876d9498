import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dir, '../..')
const paths = ['README.md', 'CHANGELOG.md', ...new Bun.Glob('docs/**/*.md').scanSync({ cwd: root })].toSorted()

/** A page without what stands in fences. */
const textOf = async (path: string): Promise<string> =>
  (await Bun.file(join(root, path)).text()).replaceAll(/^( *)```[^]*?^\1```/gm, '')

/** The anchors of a page, as GitHub makes them: lower case, spaces as dashes, and -1, -2 for what is there twice. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>()
  const anchors = [...text.matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = '']) => {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[*`]/g, '')
    const slug = plain
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{Mn} _-]/gu, '')
      .replaceAll(' ', '-')
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return before === 0 ? slug : `${slug}-${before}`
  })
  return new Set(anchors)
}

/** Links of a page to files of ours that are not there, and to headings that are not. */
async function broken(path: string): Promise<string[]> {
  const links = [...(await textOf(path)).matchAll(/\]\(([^()\s]+)\)/g)].map(([, to = '']) => to)
  const ours = links.filter((to) => !/^[a-z]+:/.test(to))
  const found = await Promise.all(
    ours.map(async (to) => {
      const [file = '', anchor] = to.split('#')
      const target = file === '' ? path : relative(root, join(root, dirname(path), file))
      if (!existsSync(join(root, target))) return `${path}: ${to}`
      if (anchor === undefined || anchorsOf(await textOf(target)).has(anchor)) return []
      return `${path}: ${to}`
    }),
  )
  return found.flat()
}

test('there are pages to look at', () => {
  expect(paths.length).toBeGreaterThan(15)
})

test.each(paths)('every link of %s leads somewhere', async (path) => {
  expect(await broken(path)).toEqual([])
})

test.each([
  ['## API keys', 'api-keys'],
  ['### `mark_read`', 'mark_read'],
  ['## [security.issuers]', 'securityissuers'],
  ['### What a token must have, and more: 2', 'what-a-token-must-have-and-more-2'],
])('%s is #%s', (heading, anchor) => {
  expect([...anchorsOf(`${heading}\n${heading}\n`)]).toEqual([anchor, `${anchor}-1`])
})
