interface Route {
  method: string
  path: string
}

/** Which methods an address takes, so that a wrong method is told from a wrong address. Empty: there is no such address. */
export function createMethodsAt(routes: readonly Route[]): (path: string) => string[] {
  const known = routes.map(({ method, path }) => ({ method, segments: segmentsOf(path) }))
  return (path) => {
    const asked = segmentsOf(path)
    const methods = new Set(known.filter(({ segments }) => matches(segments, asked)).map(({ method }) => method))
    if (methods.size === 0) return []
    if (methods.has('GET')) methods.add('HEAD')
    return [...methods.add('OPTIONS')]
  }
}

const segmentsOf = (path: string): string[] => path.replace(/^\/|\/$/g, '').split('/')

function matches(pattern: string[], asked: string[]): boolean {
  if (pattern.at(-1) === '*')
    return asked.length >= pattern.length && matches(pattern.slice(0, -1), asked.slice(0, pattern.length - 1))
  return pattern.length === asked.length && pattern.every((part, at) => part.startsWith(':') || part === asked[at])
}
