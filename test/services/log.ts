import type { Log } from '../../src/kernel/log.ts'

export interface LoggedLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  message: string
  context: Record<string, unknown>
}

/** A log that keeps its lines for the test to read. */
export function recordLog(): Log & { lines: LoggedLine[] } {
  const lines: LoggedLine[] = []
  const line =
    (level: LoggedLine['level']) =>
    (message: string, context: Record<string, unknown> = {}): void => {
      lines.push({ level, message, context })
    }
  const log = {
    lines,
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    target: () => log,
  }
  return log
}
