import { join } from 'node:path'

/** What a worker process can be asked. Arguments and results travel between processes. */
export type Jobs = Record<string, (wish: never) => unknown>

export interface Worker<J extends Jobs> {
  pid: number
  /** Rejects with what the job threw, or when the process ends. */
  call<K extends keyof J & string>(name: K, wish: Parameters<J[K]>[0]): Promise<Awaited<ReturnType<J[K]>>>
  stop(): Promise<void>
}

type Call = { id: number; name: string; wish: unknown }
type Answer = { id: number; result?: unknown; error?: string }

const running = new Set<{ stop(): Promise<void> }>()

export const stopWorkers = async (): Promise<void> => {
  await Promise.all([...running].map((worker) => worker.stop()))
}

/** Starts a script of this folder as a process of its own, which ends with this one. */
export function hire<J extends Jobs>(script: string): Worker<J> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let calls = 0
  const child = Bun.spawn([process.execPath, join(import.meta.dir, script)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    serialization: 'json',
    ipc: ({ id, result, error }: Answer) => {
      const call = waiting.get(id)
      waiting.delete(id)
      if (error === undefined) call?.resolve(result)
      else call?.reject(new Error(`${script}: ${error}`))
    },
    onExit: () => {
      // Whoever waits for a worker that is stopped on purpose is being stopped too.
      if (!running.has(worker)) return
      for (const call of waiting.values()) call.reject(new Error(`${script} ended`))
    },
  })
  const worker: Worker<J> = {
    pid: child.pid,
    call: (name, wish) => {
      const call = Promise.withResolvers<unknown>()
      waiting.set(++calls, call)
      child.send({ id: calls, name, wish } satisfies Call)
      return call.promise as never
    },
    stop: async () => {
      running.delete(worker)
      child.kill('SIGKILL')
      await child.exited
    },
  }
  running.add(worker)
  return worker
}

/** The worker's side: answers calls until the process that started it is gone. */
export function serve(jobs: Jobs): void {
  // Ctrl-C reaches the whole group; the parent ends its workers itself.
  process.on('SIGINT', () => {})
  process.on('disconnect', () => process.exit(0))
  const answer = async ({ id, name, wish }: Call): Promise<Answer> => {
    try {
      return { id, result: await jobs[name]!(wish as never) }
    } catch (cause) {
      return { id, error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) }
    }
  }
  process.on('message', (call: Call) => void answer(call).then((said) => process.send!(said)))
}
