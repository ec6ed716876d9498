/** The port through which every floor logs; `platform/log` writes it. */
export interface Log {
  debug(message: string, context?: LogContext): void
  info(message: string, context?: LogContext): void
  warn(message: string, context?: LogContext): void
  error(message: string, context?: LogContext): void
  /** A log whose lines carry another `target`, such as `chat_server::hub`. */
  target(name: string): Log
}

export type LogContext = Record<string, unknown>
