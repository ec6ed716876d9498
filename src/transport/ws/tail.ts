import type { LogEntry } from '../../platform/bus/index.ts'

/** The newest events of one conversation, contiguous by seq and bounded in number and bytes. */
export interface Tail {
  push(entry: LogEntry): void
  /** The events after `seq`, or null when the tail does not reach back that far. */
  after(seq: number): LogEntry[] | null
  /** Forgets all events and begins again after `seq`. */
  restart(seq: number): void
}

export interface TailLimits {
  /** 0 means no limit. */
  events: number
  bytes: number
}

/** `start` is the seq that the tail begins after. */
export function createTail(start: number, limits: TailLimits): Tail {
  const max_events = limits.events || Infinity
  const max_bytes = limits.bytes || Infinity
  let entries: LogEntry[] = []
  let bytes = 0
  let head = start

  const trim = () => {
    let drop = 0
    for (const entry of entries) {
      if (entries.length - drop <= max_events && bytes <= max_bytes) break
      bytes -= entry.frame.length
      drop++
    }
    entries.splice(0, drop)
  }

  return {
    push: (entry) => {
      if (entry.seq !== head + 1) {
        entries = []
        bytes = 0
      }
      head = entry.seq
      entries.push(entry)
      bytes += entry.frame.length
      // Trimming by halves would keep less; trimming one by one costs a splice each. A little slack makes it rare.
      if (entries.length > max_events * 1.25 || bytes > max_bytes) trim()
    },
    after: (seq) => {
      if (seq === head) return []
      const first = entries[0]
      if (seq > head || first === undefined || seq < first.seq - 1) return null
      return entries.slice(seq - first.seq + 1)
    },
    restart: (seq) => {
      entries = []
      bytes = 0
      head = seq
    },
  }
}
