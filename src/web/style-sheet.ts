import { dirname, join } from 'node:path'

/** A style sheet with those it imports. Otherwise as written: what a bundler makes of `light-dark()` does not follow the colour scheme of the page around. */
export async function styleSheet(path: string): Promise<string> {
  const text = (await Bun.file(path).text()).replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/\s+/g, ' ')
  const [parts, imports] = [text.split(/@import '[^']+';/), [...text.matchAll(/@import '([^']+)';/g)]]
  const imported = await Promise.all(imports.map(([, name = '']) => styleSheet(join(dirname(path), name))))
  return parts.map((part, at) => part.trim() + (imported[at] ?? '')).join('')
}
