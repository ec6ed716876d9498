import { dirname, join } from 'node:path'

/** A style sheet with those it imports, without comments and what space means nothing. Otherwise as written: what a bundler makes of `light-dark()` does not follow the colour scheme of the page around. */
export async function styleSheet(path: string): Promise<string> {
  const text = (await Bun.file(path).text())
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?|(:) /g, '$1$2')
    .replaceAll(/\b0\.(?=\d)/g, '.')
    .replaceAll(';}', '}')
  const [parts, imports] = [text.split(/@import '[^']+';/), [...text.matchAll(/@import '([^']+)';/g)]]
  const imported = await Promise.all(imports.map(([, name = '']) => styleSheet(join(dirname(path), name))))
  return parts.map((part, at) => part.trim() + (imported[at] ?? '')).join('')
}
