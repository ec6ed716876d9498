import { readdirSync, readFileSync } from 'node:fs'
import { Counter, Gauge, type Registry } from 'prom-client'

/**
 * The standard process metrics, under their standard names. prom-client's own set is not used: on Bun its garbage
 * collector, handle and heap-space figures are missing or wrong.
 */
export function addProcessMetrics(registry: Registry): void {
  const registers = [registry]
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })

  const started = Date.now() / 1000 - process.uptime()
  counter('process_cpu_user_seconds_total', 'CPU time in user mode.', () => process.cpuUsage().user / 1e6)
  counter('process_cpu_system_seconds_total', 'CPU time in system mode.', () => process.cpuUsage().system / 1e6)
  counter('process_cpu_seconds_total', 'CPU time, user and system.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss())
  gauge('process_start_time_seconds', 'When the process started, in seconds since the epoch.', () => started)

  // Left out where the system does not say, rather than published as 0.
  if (openDescriptors() !== null) gauge('process_open_fds', 'Open file descriptors.', () => openDescriptors() ?? 0)
  const limit = descriptorLimit()
  if (limit !== null) gauge('process_max_fds', 'The most file descriptors this process may open.', () => limit)
}

const openDescriptors = () => fromProc(() => readdirSync('/proc/self/fd').length - 1)

const descriptorLimit = () =>
  fromProc(() => {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return soft === undefined ? null : Number(soft)
  })

function fromProc<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null // not Linux, or /proc is hidden
  }
}
