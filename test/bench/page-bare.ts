// The floors of what is measured of the app: pages that do no more than must be done.

const lines = Array.from({ length: 2000 }, (_, n) => `<p>${n}: ${'some words of a line '.repeat(1 + (n % 3))}</p>`)

/** Appends each message that comes as one line, of which it keeps fifty. */
const reading = `
  const list = document.querySelector('main')
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws')
  socket.onopen = () => (globalThis.is_open = true)
  socket.onmessage = ({ data }) => {
    const line = document.createElement('p')
    line.textContent = JSON.parse(data).data.content
    list.append(line)
    if (list.childElementCount > 50) list.firstElementChild.remove()
    list.scrollTop = list.scrollHeight
  }`

const pages: Record<string, string> = {
  '/form': '<form><label>Username <input name="username" autofocus></label></form>',
  '/scroll': `<main style="height:700px;overflow-y:auto">${lines.join('')}</main>`,
  '/read': `<main style="height:700px;overflow-y:auto"></main><script>${reading}</script>`,
}

export interface Bare {
  url: string
  /** Sends frames of the shape and size of `room_message` by the schedule. */
  flood(messages: number, per_second: number): Promise<void>
  stop(): Promise<void>
}

export function serveBare(): Bare {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request, self) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/ws') return self.upgrade(request) ? undefined : new Response(null, { status: 400 })
      const page = pages[pathname]
      return page === undefined
        ? new Response(null, { status: 404 })
        : new Response(`<!doctype html><meta charset="utf-8"><title>Bare</title>${page}`, { headers: { 'content-type': 'text/html' } }) // prettier-ignore
    },
    websocket: { open: (socket) => void socket.subscribe('all'), message: () => undefined },
  })
  return {
    url: server.url.origin,
    flood: async (messages, per_second) => {
      const begun = performance.now()
      for (let sent = 0; sent < messages;) {
        const due = Math.min(messages, Math.floor(((performance.now() - begun) / 1000) * per_second))
        for (; sent < due; sent++)
          server.publish('all', JSON.stringify({ type: 'room_message', data: { content: `number ${sent}`, padding: 'x'.repeat(550) } })) // prettier-ignore
        await Bun.sleep(2)
      }
    },
    stop: () => server.stop(true),
  }
}
