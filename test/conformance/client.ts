// The connections of the suite through the link of a client library: its frames, ids, answers and closes.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { Client, ClientOptions, Frame } from './connection.ts'

interface Link {
  ask(type: string, data: object, settle: (answer: Frame | (Error & { cause?: unknown })) => void): void
  end(code?: number): void
}
interface LinkOptions {
  url: string
  WebSocket: typeof WebSocket
  onEvent(frame: Frame): void
  onClose(closed: { code: number; reason: string }): void
}
type CreateLink = (options: LinkOptions) => Link

/** How many frames went through a link, and how many past it. */
export const tally = { through: 0, past: 0 }

/** The client that a module's `createLink` makes. */
export async function clientOf(path: string): Promise<(options: ClientOptions) => Client> {
  const { createLink } = (await import(pathToFileURL(resolve(path)).href)) as { createLink: CreateLink }
  return (options) => through(createLink, options)
}

function through(createLink: CreateLink, { url, headers, protocols, onOpen, onText, onClose }: ClientOptions): Client {
  const hear = (frame: unknown) => onText(JSON.stringify(frame))
  let socket: WebSocket | undefined
  const link = createLink({
    url,
    // No browser lets a page set headers, and the link asks for no subprotocol; scenarios about them do.
    WebSocket: function (address: string) {
      socket = new WebSocket(address, { ...(headers && { headers }), ...(protocols && { protocols }) })
      socket.addEventListener('open', onOpen)
      return socket
    } as unknown as typeof WebSocket,
    onEvent: hear,
    onClose,
  })
  return {
    send: (frame) => {
      const command = commandOf(frame)
      // What no client would send goes past it.
      if (command === null) {
        tally.past++
        return socket?.send(frame)
      }
      tally.through++
      link.ask(command.type, command.data, (answer) => {
        const told = answer instanceof Error ? (answer.cause as Frame | undefined) : answer
        // Without a frame the link itself has ended, which the close says.
        if (told !== undefined) hear({ ...told, id: command.id })
      })
    },
    close: (code) => link.end(code),
    cut: () => socket?.terminate(),
  }
}

/** A frame as clients make them: a type, an id, an object of data and nothing else. */
function commandOf(text: string | Uint8Array): Required<Frame> | null {
  if (typeof text !== 'string') return null
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return null
  }
  if (frame === null || typeof frame !== 'object' || Array.isArray(frame)) return null
  const { type, id, data = {}, ...more } = frame as Partial<Frame>
  const is_id = typeof id === 'number' || typeof id === 'string'
  const is_data = data !== null && typeof data === 'object' && !Array.isArray(data)
  if (typeof type !== 'string' || !is_id || !is_data || Object.keys(more).length > 0) return null
  return { type, id, data }
}
