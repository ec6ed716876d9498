import { write, writeSync } from 'node:fs'
import { isatty } from 'node:tty'

/** Where lines go. */
export interface Output {
  /** A person reads it. */
  terminal: boolean
  /** Never waits. False when too much is waiting already and the line was dropped. */
  write(line: string): boolean
  /** Resolves when everything written has arrived, or after a second: a stuck reader must not hold a shutdown. */
  flush(): Promise<void>
}

const MAX_PENDING = 4 * 1024 * 1024
const FLUSH_MS = 1000
const STUCK_MS = 200
const RETRY_MS = 20

/**
 * A file descriptor written in the background, one write at a time, so that a slow reader costs lines and never
 * time. `process.stdout` is not used: it buffers without a bound, and what it holds at exit is lost.
 */
export function openOutput(fd: number, max_pending = MAX_PENDING): Output {
  let lines: string[] = []
  let pending = 0
  let flying: { since: number } | null = null
  let scheduled = false
  let idle = Promise.withResolvers<void>()

  const start = () => {
    scheduled = false
    if (flying || lines.length === 0) return
    fly(take())
  }

  const take = () => {
    const chunk = Buffer.from(lines.join(''))
    lines = []
    pending = 0
    return chunk
  }

  const fly = (chunk: Buffer) => {
    flying = { since: performance.now() }
    write(fd, chunk, 0, chunk.length, null, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(fly, RETRY_MS, chunk)
        return
      }
      // Any other error loses the chunk: nowhere is left to report it, and the next one may fare better.
      const rest = error ? chunk.subarray(chunk.length) : chunk.subarray(written)
      if (rest.length > 0) return fly(rest)
      flying = null
      if (lines.length > 0) return fly(take())
      idle.resolve()
      idle = Promise.withResolvers<void>()
    })
  }

  // At exit no callback runs any more. A write that was just begun gets the moment it needs; one that has hung for
  // long means a reader that is stuck, and waiting for it would make the process hang too.
  process.on('exit', () => {
    if (lines.length === 0 || (flying && performance.now() - flying.since > STUCK_MS)) return
    if (flying) Bun.sleepSync(RETRY_MS)
    try {
      writeSync(fd, take())
    } catch {
      // The reader is gone.
    }
  })

  return {
    terminal: isatty(fd),
    write: (line) => {
      if (pending + line.length > max_pending) return false
      lines.push(line)
      pending += line.length
      if (!scheduled && !flying) {
        scheduled = true
        setImmediate(start)
      }
      return true
    },
    flush: async () => {
      start()
      if (!flying) return
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, FLUSH_MS)
      await Promise.race([idle.promise, late.promise])
      clearTimeout(timer)
    },
  }
}
