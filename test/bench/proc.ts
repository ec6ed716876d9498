import { readdirSync, readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { median } from './stats.ts'

const ticks_per_second = 100

/** The fields of /proc/<pid>/stat after the command's name: 0 the state, 1 the parent, 11 and 12 user and system time, 13 and 14 those of ended children. */
function statOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number) // prettier-ignore
}

/** CPU seconds of one process, all its threads. */
export function cpuOf(pid: number): number {
  const stat = statOf(pid)
  return (stat[11]! + stat[12]!) / ticks_per_second
}

/** CPU seconds of a process and its children, ended ones included: PostgreSQL with its backends. */
export function cpuOfFamily(pid: number): number {
  const stat = statOf(pid)
  const ended = (stat[13]! + stat[14]!) / ticks_per_second
  return childrenOf(pid).reduce((sum, child) => sum + gone(() => cpuOf(child), 0), cpuOf(pid) + ended)
}

export const parentOf = (pid: number): number => statOf(pid)[1]!

const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => gone(() => parentOf(each) === pid, false))

/** Processes end while one looks. */
function gone<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return otherwise
    throw cause
  }
}

export interface Memory {
  rss_bytes: number
  /** The part that is not the executable's own file. */
  anonymous_bytes: number
}

export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024
  return { rss_bytes: field('VmRSS'), anonymous_bytes: field('RssAnon') }
}

/**
 * Resident bytes of processes at rest: the median of ten seconds, twenty seconds from now, because the runtime gives back what a burst of work has left
 * behind only then. `hurry` looks sooner.
 */
export async function restingMemory(pids: number[], hurry: boolean): Promise<number[]> {
  await Bun.sleep(hurry ? 3000 : 20_000)
  const looks: number[][] = []
  for (let look = 0; look < (hurry ? 3 : 11); look++) {
    if (look > 0) await Bun.sleep(1000)
    looks.push(pids.map((pid) => memoryOf(pid).rss_bytes))
  }
  return pids.map((_, index) => median(looks.map((look) => look[index]!)))
}

export function machine(): string {
  const all = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${all.length} x ${all[0]?.model.trim() ?? 'unknown CPU'}, ${memory} GiB, Linux ${release()}, Bun ${Bun.version}`
}
