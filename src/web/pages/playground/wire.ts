import type { ClientName, Frame, Frames } from './frames.ts'

/** How the token gets to the server. */
export type SentBy = 'subprotocol' | 'frame' | 'nobody'

export interface Wire {
  send(text: string): Frame
  close(): void
}

interface Opening {
  client: ClientName
  address: string
  token: string | null
  by: SentBy
  frames: Frames
  opened(): void
  received(text: string): void
  closed(code: number, reason: string): void
}

/** A WebSocket without anything in between: what goes over it is in the timeline as it is. */
export function openWire({ client, address, token, by, frames, opened, received, closed }: Opening): Wire {
  const carried = by === 'subprotocol' && token !== null ? [`bearer.${token}`] : []
  const socket = new WebSocket(address, ['veza.v1', ...carried])
  const note = (text: string) => frames.add({ client, direction: 'note', text })
  const send = (text: string) => {
    // In this order, so that an answer never stands above what it answers.
    const frame = frames.add({ client, direction: 'out', text })
    socket.send(text)
    return frame
  }

  socket.onopen = () => {
    note(`open ${new URL(address).origin}`)
    opened()
    if (by === 'frame' && token !== null) send(JSON.stringify({ type: 'authenticate', id: 'sign-in', data: { token } }))
  }
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'string') return
    frames.add({ client, direction: 'in', text: data })
    received(data)
  }
  socket.onclose = ({ code, reason }) => {
    note(`closed ${code}${reason === '' ? '' : ` ${reason}`}`)
    closed(code, reason)
  }
  return { send, close: () => socket.close(1000) }
}
