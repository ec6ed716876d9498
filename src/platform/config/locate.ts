import { parse } from 'smol-toml'

/**
 * The line (from 1) on which each key or table of a TOML document first appears, by dotted path. The document must be valid.
 * Our parser keeps no positions, so the document is cut into its statements: the shortest runs of lines that parse alone.
 * The tables of an array are counted from 0, as in `security.issuers.0.name`; an array that is one value has its line only.
 */
export function locate(source: string): Map<string, number> {
  const lines = source.split('\n')
  const found = new Map<string, number>()
  /** The table that keys are in, with and without the numbers. */
  let table: string[] = []
  let plain: string[] = []
  /** How many tables each array has had so far. */
  const counts = new Map<string, number>()
  const numbered = (path: string[]) =>
    path.flatMap((name, index) => {
      const count = counts.get(path.slice(0, index + 1).join('.'))
      return count === undefined ? [name] : [name, String(count - 1)]
    })
  let start = 0
  for (let end = 1; end <= lines.length; end++) {
    const statement = parsed(`${lines.slice(start, end).join('\n')}\n`)
    if (statement === undefined) continue
    const paths = leaves(statement, [])
    const header = lines[start]?.trimStart() ?? ''
    if (header.startsWith('[')) {
      const named = paths[0]?.join('.') ?? ''
      if (header.startsWith('[[')) counts.set(named, (counts.get(named) ?? 0) + 1)
      plain = paths[0] ?? []
      table = numbered(plain)
    } else for (const path of paths) for (const within of [table, plain]) note(found, [...within, ...path], start + 1)
    for (const within of [table, plain]) note(found, within, start + 1)
    start = end
  }
  return found
}

function note(found: Map<string, number>, path: string[], line: number): void {
  for (let depth = 1; depth <= path.length; depth++) {
    const name = path.slice(0, depth).join('.')
    if (!found.has(name)) found.set(name, line)
  }
}

function leaves(node: unknown, path: string[]): string[][] {
  const inner = Array.isArray(node) && path.length > 0 ? node[0] : node
  const entries = typeof inner === 'object' && inner !== null ? Object.entries(inner) : []
  if (entries.length === 0) return path.length === 0 ? [] : [path]
  return entries.flatMap(([name, value]) => leaves(value, [...path, name]))
}

function parsed(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
