import { readFileSync } from 'node:fs'

const spare_descriptors = 256

/** Sockets are admitted below the descriptor limit, because the runtime spins once it is reached. 0, no limit, where nobody says. */
export function connectionsByDescriptors(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return soft === undefined ? 0 : Math.max(64, Number(soft) - spare_descriptors)
  } catch (cause) {
    // Only Linux has the file.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw cause
  }
}
