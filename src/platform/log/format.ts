import type { Field, Plain } from './fields.ts'

/** One line per call, ending in a newline. */
export type Format = (time: Date, level: string, target: string, message: string, fields: Field[]) => string

export const formatJson: Format = (time, level, target, message, fields) => {
  let line = `{"timestamp":"${time.toISOString()}","level":"${level}","target":${JSON.stringify(target)},"message":${JSON.stringify(message)}`
  for (const [key, value] of fields) line += `,${JSON.stringify(key)}:${JSON.stringify(value)}`
  return `${line}}\n`
}

const colours: Record<string, string> = { DEBUG: '\x1b[90m', INFO: '\x1b[32m', WARN: '\x1b[33m', ERROR: '\x1b[31m' }

/** For people: `12:30:01.123 INFO  chat_server::hub  Message sent  user_id=123`, an error's stack below it. */
export const formatText =
  (colour: boolean): Format =>
  (time, level, target, message, fields) => {
    const paint = (code: string, words: string) => (colour ? `${code}${words}\x1b[0m` : words)
    const stacks: string[] = []
    let line = `${paint('\x1b[90m', time.toISOString().slice(11, 23))} ${paint(colours[level] ?? '', level.padEnd(5))} `
    line += `${paint('\x1b[90m', visible(target))}  ${visible(message)}`
    for (const [key, value] of fields) {
      const { words, stack } = failure(value)
      line += `  ${paint('\x1b[36m', visible(key))}=${words}`
      if (stack) stacks.push(stack)
    }
    return `${[line, ...stacks].join('\n')}\n`
  }

/** An error is its message on the line, with its stack under it; everything else is its JSON. */
function failure(value: Plain): { words: string; stack?: string } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { words: words(value) }
  const { message, stack } = value
  if (typeof message !== 'string' || typeof stack !== 'string') return { words: words(value) }
  const frames = stack.split('\n').filter((frame) => frame.trimStart().startsWith('at '))
  return { words: words(message), stack: frames.map(visible).join('\n') }
}

const words = (value: Plain): string =>
  typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : visible(JSON.stringify(value))

/** What came from outside must not move the cursor, or write a line of its own. */
const visible = (from: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  from.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
