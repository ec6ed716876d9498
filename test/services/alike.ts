/** What is shown in a document and what a server says, compared and printed: for the documents whose examples are played. */

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Numbers that are different at each run. */
const varying = ['retry_after', 'reconnect_in_ms', 'rank', 'uptime_s', 'memory_bytes', 'database_bytes']

/** Equal, except that times, uuids, waiting times, sizes and ranks are different at each run. */
export function alike(said: unknown, got: unknown, key = ''): boolean {
  if (typeof said === 'string' && typeof got === 'string')
    return said === got || [time, uuid].some((kind) => kind.test(said) && kind.test(got))
  if (typeof said === 'number' && typeof got === 'number') return said === got || varying.includes(key)
  if (Array.isArray(said) && Array.isArray(got))
    return said.length === got.length && said.every((each, index) => alike(each, got[index]))
  if (isFields(said) && isFields(got))
    return Object.keys(said).toSorted().join() === Object.keys(got).toSorted().join() && within(said, got)
  return said === got
}

/** Whether the fields that are said are there, and alike. */
export const within = (said: unknown, got: unknown): boolean =>
  isFields(got) && isFields(said) && Object.keys(said).every((name) => alike(said[name], got[name], name))

export const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The lines of a block, each from an arrow or a star to the next; `bob ->` is an arrow too. */
export const linesOf = (block: string): string[] => block.trimEnd().split(/\n(?=(?:\w+ )?(?:->|<-|\*) )/)

/** JSON as people read it, wrapped; `taken` columns stand before it, and `indent` before each line that follows. */
export function shown(value: unknown, taken: number, indent = 5): string {
  let [text, width] = ['', taken]
  for (const part of spaced(value).split(/(?<=, )(?=["{])/)) {
    if (width + part.trimEnd().length > 150) {
      text = `${text.trimEnd()}\n${' '.repeat(indent)}`
      width = indent
    }
    text += part
    width += part.length
  }
  return text
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (!isFields(value)) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, each]) => `${JSON.stringify(name)}: ${spaced(each)}`)
    .join(', ')}}`
}
