interface Route {
  method: string
  path: string
}

/** What is known of the addresses that begin in one way. */
interface Branch {
  /** Of the address that ends here. */
  methods: Set<string>
  /** Of all addresses that go on from here, by a pattern that ends in `*`. */
  beyond: Set<string>
  words: Map<string, Branch>
  /** For a name such as `:id`, which anything fits. */
  name?: Branch
}

const branch = (): Branch => ({ methods: new Set(), beyond: new Set(), words: new Map() })

/** Which methods an address takes, so that a wrong method is told from a wrong address. Empty: there is no such address. */
export function createMethodsAt(routes: readonly Route[]): (path: string) => string[] {
  const root = branch()
  for (const { method, path } of routes) plant(root, segmentsOf(path), method)
  return (path) => {
    const methods = new Set<string>()
    collect(root, segmentsOf(path), 0, methods)
    if (methods.size === 0) return []
    if (methods.has('GET')) methods.add('HEAD')
    return [...methods.add('OPTIONS')]
  }
}

function plant(root: Branch, pattern: readonly string[], method: string): void {
  let at = root
  for (const part of pattern) {
    if (part === '*') return void at.beyond.add(method)
    const next = (part.startsWith(':') ? at.name : at.words.get(part)) ?? branch()
    if (part.startsWith(':')) at.name = next
    else at.words.set(part, next)
    at = next
  }
  at.methods.add(method)
}

/** Every pattern that fits counts, not the one alone that would answer: where `/rooms/me` has no DELETE, that of `/rooms/:id` takes it. */
function collect(at: Branch, asked: readonly string[], index: number, methods: Set<string>): void {
  const part = asked[index]
  if (part === undefined) {
    for (const method of at.methods) methods.add(method)
    return
  }
  for (const method of at.beyond) methods.add(method)
  const word = at.words.get(part)
  if (word !== undefined) collect(word, asked, index + 1, methods)
  if (at.name !== undefined) collect(at.name, asked, index + 1, methods)
}

function segmentsOf(path: string): string[] {
  const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length
  return path.slice(path.startsWith('/') ? 1 : 0, end).split('/')
}
