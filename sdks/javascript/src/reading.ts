import type { ReadMarkedData } from './protocol.gen.ts'

export interface ReadingOptions {
  ask(message_id: number): Promise<ReadMarkedData>
  onMarked(marked: ReadMarkedData): void
}

/** Marks as read, one command at a time and only up to the newest that was wanted meanwhile. */
export function createReading({ ask, onMarked }: ReadingOptions): (message_id: number) => Promise<void> {
  let wanted = 0
  let done = 0
  let running: Promise<void> | null = null

  async function run(): Promise<void> {
    try {
      while (wanted > done) {
        const message_id = wanted
        onMarked(await ask(message_id))
        done = message_id
      }
    } finally {
      running = null
      wanted = done
    }
  }

  return (message_id) => {
    wanted = Math.max(wanted, message_id)
    if (wanted <= done) return Promise.resolve()
    running ??= run()
    return running
  }
}
