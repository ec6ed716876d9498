import { isObject } from './values.ts'

/** `<name>` in a scenario. */
const kinds: Record<string, (value: unknown) => boolean> = {
  integer: (value) => Number.isSafeInteger(value),
  positive: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  number: (value) => typeof value === 'number',
  string: (value) => typeof value === 'string',
  text: (value) => typeof value === 'string' && value.length > 0,
  boolean: (value) => typeof value === 'boolean',
  object: isObject,
  array: Array.isArray,
  time: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
  uuid: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  present: (value) => value !== undefined,
  absent: (value) => value === undefined,
}

const kindName = /^<([a-z_]+)(\?)?>$/

/** Each gives what is wrong, or nothing; `argument` is what stands behind its name. */
const operators: Record<string, (argument: unknown, got: unknown, path: string) => string[]> = {
  $is: (argument, got, path) =>
    Bun.deepEquals(argument, got, true) ? [] : [`${path}: ${shown(got)} is not exactly ${shown(argument)}`],
  $not: (argument, got, path) =>
    mismatches(argument, got, path).length > 0 ? [] : [`${path}: ${shown(got)} should not fit ${shown(argument)}`],
  $one_of: (argument, got, path) =>
    list(argument).some((each) => mismatches(each, got, path).length === 0)
      ? []
      : [`${path}: ${shown(got)} is none of ${shown(argument)}`],
  $all: (argument, got, path) => list(argument).flatMap((each) => mismatches(each, got, path)),
  $range: (argument, got, path) => {
    const [least, most] = list(argument)
    const low = typeof least !== 'number' || (typeof got === 'number' && got >= least)
    const high = typeof most !== 'number' || (typeof got === 'number' && got <= most)
    return typeof got === 'number' && low && high ? [] : [`${path}: ${shown(got)} is not within ${shown(argument)}`]
  },
  $regex: (argument, got, path) =>
    typeof got === 'string' && new RegExp(String(argument), 'u').test(got)
      ? []
      : [`${path}: ${shown(got)} does not fit /${String(argument)}/`],
  /** Of a text in code points. */
  $length: (argument, got, path) =>
    typeof got === 'string' || Array.isArray(got)
      ? mismatches(argument, Array.from(got).length, `${path}.length`)
      : [`${path}: ${shown(got)} has no length`],
  $each: (argument, got, path) =>
    Array.isArray(got)
      ? got.flatMap((each, index) => mismatches(argument, each, `${path}.${index}`))
      : [`${path}: ${shown(got)} is not a list`],
  $contains: (argument, got, path) =>
    Array.isArray(got)
      ? list(argument)
          .filter((wanted) => !got.some((each) => mismatches(wanted, each, path).length === 0))
          .map((wanted) => `${path}: ${shown(got)} lacks ${shown(wanted)}`)
      : [`${path}: ${shown(got)} is not a list`],
  $set: (argument, got, path) =>
    Array.isArray(got) && got.length === list(argument).length && pairs(list(argument), got)
      ? []
      : [`${path}: ${shown(got)} is not, in any order, ${shown(argument)}`],
  $only: (argument, got, path) => {
    if (!isObject(argument)) throw new Error('$only takes an object')
    const more = isObject(got) ? Object.keys(got).filter((key) => !(key in argument)) : []
    return [...mismatches(argument, got, path), ...more.map((key) => `${path}.${key}: should not be there`)]
  },
}

function list(argument: unknown): unknown[] {
  if (!Array.isArray(argument)) throw new Error(`a list is needed, not ${shown(argument)}`)
  return argument
}

/** Whether each of `wanted` fits another one of `got`. */
function pairs([first, ...rest]: unknown[], got: unknown[]): boolean {
  if (first === undefined) return true
  return got.some((each, index) => mismatches(first, each, '').length === 0 && pairs(rest, got.toSpliced(index, 1)))
}

/**
 * Why `got` does not fit `expected`, as sentences; none when it does. Objects fit when they have at least the expected fields, lists when they have as many
 * elements that fit one by one; `<kind>`, `<kind?>` (or absent) and `{$operator: ...}` say more, anything else must be equal.
 */
export function mismatches(expected: unknown, got: unknown, path = 'data'): string[] {
  if (typeof expected === 'string') {
    const [, name, optional] = kindName.exec(expected) ?? []
    if (name !== undefined) {
      const fits = kinds[name]
      if (fits === undefined) throw new Error(`there is no <${name}>`)
      return fits(got) || (optional !== undefined && got === undefined)
        ? []
        : [`${path}: ${shown(got)} is not ${expected}`]
    }
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(got)) return [`${path}: ${shown(got)} is not a list`]
    if (got.length !== expected.length)
      return [`${path}: has ${got.length} elements, not ${expected.length}: ${shown(got)}`]
    return expected.flatMap((each, index) => mismatches(each, got[index], `${path}.${index}`))
  }
  if (isObject(expected)) {
    const operator = operatorOf(expected)
    if (operator !== null) return operator.judge(operator.argument, got, path)
    if (!isObject(got)) return [`${path}: ${shown(got)} is not an object`]
    return Object.entries(expected).flatMap(([key, inner]) => mismatches(inner, got[key], `${path}.${key}`))
  }
  return Object.is(expected, got) ? [] : [`${path}: ${shown(got)} is not ${shown(expected)}`]
}

function operatorOf(expected: Record<string, unknown>) {
  const [name, ...more] = Object.keys(expected)
  if (!name?.startsWith('$')) {
    const hidden = more.find((key) => key.startsWith('$'))
    if (hidden !== undefined) throw new Error(`${hidden} must stand alone`)
    return null
  }
  const judge = operators[name]
  if (judge === undefined) throw new Error(`there is no ${name}`)
  if (more.length > 0) throw new Error(`${name} must stand alone`)
  return { judge, argument: expected[name] }
}

/** Throws for a matcher that does not exist, before anything is played. References may stand anywhere. */
export function requireMatcher(expected: unknown): void {
  if (typeof expected === 'string') {
    const [, name] = kindName.exec(expected) ?? []
    if (name !== undefined && kinds[name] === undefined) throw new Error(`there is no <${name}>`)
  } else if (Array.isArray(expected)) {
    for (const each of expected) requireMatcher(each)
  } else if (isObject(expected)) {
    if (!('$repeat' in expected || '$times' in expected)) operatorOf(expected)
    for (const inner of Object.values(expected)) requireMatcher(inner)
  }
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 300 ? `${text.slice(0, 300)}...` : text
}
