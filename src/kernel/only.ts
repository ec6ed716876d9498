/** The first of what cannot be empty, such as the rows of an `insert ... returning`. Throws if it is empty all the same. */
export function only<T>(items: readonly T[]): T {
  const [first] = items
  if (first === undefined) throw new Error('expected a row and got none')
  return first
}
