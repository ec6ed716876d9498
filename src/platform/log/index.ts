import type { Log, LogContext } from '../../kernel/log.ts'
import { createFields } from './fields.ts'
import { formatJson, formatText } from './format.ts'
import { openOutput, type Output } from './output.ts'

export { type Output, openOutput } from './output.ts'

const levels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof levels)[number]

export interface LogOptions {
  level: LogLevel
  /** `auto` is `text` on a terminal and `json` everywhere else. */
  format: 'auto' | 'json' | 'text'
  /** Standard output when absent. */
  output?: Output
}

/** The log of the whole process. Only its owner flushes it. */
export interface RootLog extends Log {
  /** Resolves when every line logged so far has reached the output, or the output is gone. */
  flush(): Promise<void>
}

const silent = () => undefined

/**
 * Lines in the shape of the seed: `timestamp` (RFC 3339, UTC), `level`, `target`, `message`, then the context, flat.
 * A call below `level` costs an empty function. A context cannot replace the four fixed fields, and values under
 * the names of secrets are replaced by `[redacted]`.
 */
export function createLog({ level, format, output = openOutput(1) }: LogOptions): RootLog {
  const text = format === 'text' || (format === 'auto' && output.terminal)
  const fields = createFields()
  const colour = output.terminal && !process.env['NO_COLOR']
  const render = text ? formatText(colour) : formatJson
  const from = levels.indexOf(level)
  let dropped = 0

  const at = (own: LogLevel, target: string) => {
    if (levels.indexOf(own) < from) return silent
    const name = own.toUpperCase()
    return (message: string, context?: LogContext) => {
      if (
        dropped > 0 &&
        output.write(render(new Date(), 'WARN', 'chat_server::log', 'Lines dropped', [['count', dropped]]))
      )
        dropped = 0
      const line = render(new Date(), name, target, fields.text(message), context ? fields.of(context) : [])
      if (!output.write(line)) dropped++
    }
  }

  const open = (target: string): Log => ({
    debug: at('debug', target),
    info: at('info', target),
    warn: at('warn', target),
    error: at('error', target),
    target: open,
  })
  return { ...open('chat_server'), flush: output.flush }
}
