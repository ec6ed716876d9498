/** What a scenario knows by name: its actors, its rooms, what it has captured. */
export type Scope = Map<string, unknown>

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const reference = /^\$([a-zA-Z]\w*(?:\.\w+)*)(?: ([+-]) (\d+|\$[a-zA-Z]\w*(?:\.\w+)*))?$/
const inText = /\$\{([a-zA-Z]\w*(?:\.\w+)*)\}/g

/**
 * A value of a scenario with its references replaced: `$room.id` keeps its type, `$seq + 1` counts, `${ada.username}` stands within a text, `$$x` is the text
 * `$x`; `{$repeat: [text, n]}` makes a long text and `{$times: [n, value]}` a long list. Throws for what is not there.
 */
export function fill(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return fillText(value, scope)
  if (Array.isArray(value)) return value.map((each) => fill(each, scope))
  if (!isObject(value)) return value
  if ('$repeat' in value) return repeated(pair(value, '$repeat', scope))
  if ('$times' in value) return times(pair(value, '$times', scope))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, scope)]))
}

function pair(value: Record<string, unknown>, name: string, scope: Scope): [unknown, unknown] {
  const both = fill(value[name], scope)
  if (Object.keys(value).length !== 1 || !Array.isArray(both) || both.length !== 2)
    throw new Error(`${name} takes a list of two, and stands alone`)
  return [both[0], both[1]]
}

function repeated([text, count]: [unknown, unknown]): string {
  if (typeof text !== 'string' || typeof count !== 'number') throw new Error('$repeat takes [text, count]')
  return text.repeat(count)
}

function times([count, value]: [unknown, unknown]): unknown[] {
  if (typeof count !== 'number') throw new Error('$times takes [count, value]')
  return Array.from({ length: count }, () => value)
}

function fillText(text: string, scope: Scope): unknown {
  if (text.startsWith('$$')) return text.slice(1)
  const [, path, sign, step] = reference.exec(text) ?? []
  if (path !== undefined) {
    const found = lookUp(path, scope)
    if (sign === undefined || step === undefined) return found
    const by = step.startsWith('$') ? lookUp(step.slice(1), scope) : Number(step)
    if (typeof found !== 'number' || typeof by !== 'number') throw new Error(`"${text}" does not add numbers`)
    return sign === '+' ? found + by : found - by
  }
  return text.replaceAll(inText, (_, name: string) => String(lookUp(name, scope)))
}

/** The `$names` between the slashes of a path replaced. */
export const fillPath = (path: string, scope: Scope): string =>
  path.replaceAll(/\$([a-zA-Z]\w*(?:\.\w+)*)/g, (_, name: string) => encodeURIComponent(String(lookUp(name, scope))))

function lookUp(path: string, scope: Scope): unknown {
  const [name = '', ...rest] = path.split('.')
  if (!scope.has(name)) throw new Error(`there is no "$${name}"`)
  const found = at(scope.get(name), rest)
  if (found === undefined) throw new Error(`there is no "$${path}"`)
  return found
}

/** What lies at a path such as `messages.0.id`. */
export const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (Array.isArray(inner) ? inner[Number(key)] : isObject(inner) ? inner[key] : undefined),
    value,
  )
