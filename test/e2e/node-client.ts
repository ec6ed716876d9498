import { join } from 'node:path'
import type { Client, Closed, Frame } from './client.ts'
import { until } from './program.ts'

interface Said {
  opened?: { protocol: string; runtime: string }
  frame?: Frame
  closed?: Closed
  refused?: number
  failed?: string
}

export interface NodeClient extends Pick<Client, 'events' | 'ask' | 'next' | 'closed'> {
  /** Sends a command and waits for nothing. */
  post(type: string, data?: object): void
  /** The subprotocol that the server chose. */
  protocol: string
  runtime: string
  /** Ends the process. */
  end(): Promise<number>
}

/** A socket of npm `ws` under Node, in a process of its own. Rejects with the HTTP status when the upgrade is refused. */
export async function openNode(
  url: string,
  options: { protocols?: string[]; headers?: Record<string, string>; query?: string } = {},
): Promise<NodeClient> {
  const { query = '', ...rest } = options
  const address = `${url.replace('http', 'ws')}/ws${query}`
  const child = Bun.spawn(['node', join(import.meta.dir, 'node-client.mjs'), address, JSON.stringify(rest)], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const events: Frame[] = []
  const asked = new Map<number, (frame: Frame) => void>()
  const { promise: closed, resolve: ended } = Promise.withResolvers<Closed>()
  const { promise: opened, resolve, reject } = Promise.withResolvers<NonNullable<Said['opened']>>()
  const take = ({ opened, frame, closed, refused, failed }: Said) => {
    if (opened) resolve(opened)
    if (closed) ended(closed)
    if (refused) reject(new Error(`HTTP ${refused}`))
    if (failed) reject(new Error(failed))
    if (!frame) return
    const answer = asked.get(frame.id as number)
    if (answer) answer(frame)
    else events.push(frame)
  }
  const listening = (async () => {
    let text = ''
    for await (const bytes of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = `${text}${bytes}`.split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) take(JSON.parse(line) as Said)
    }
  })()
  const end = async () => {
    await child.stdin.end()
    await listening
    return child.exited
  }
  const { protocol, runtime } = await opened.catch(async (cause: unknown) => {
    await end()
    throw cause
  })
  let last = 0
  let taken = 0
  const write = async (frame: object) => {
    await child.stdin.write(`${JSON.stringify(frame)}\n`)
    await child.stdin.flush()
  }
  const send = (frame: object) => {
    write(frame).catch(reject)
  }
  return {
    events,
    protocol,
    runtime,
    closed,
    end,
    post: (type, data = {}) => send({ type, data }),
    ask: (type, data = {}) =>
      new Promise((answer) => {
        asked.set(++last, answer)
        send({ type, id: last, data })
      }),
    next: async (type, patience_ms = 10_000) => {
      const find = () => events.findIndex((event, index) => index >= taken && event.type === type)
      await until(() => find() >= 0, patience_ms, `${type} comes`)
      taken = find() + 1
      return events[taken - 1]!
    },
  }
}
