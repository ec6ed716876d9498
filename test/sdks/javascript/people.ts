import {
  type Chat,
  type ChatOptions,
  type Conversation,
  createChat,
  memoryOutbox,
  type Message,
} from '../../../sdks/javascript/src/index.ts'
import { eventually } from '../../services/eventually.ts'

export interface Sockets {
  WebSocket: typeof WebSocket
  /** Ends every socket without a word. */
  cut(): void
  /** While true, nothing gets through: new sockets fail. */
  is_down: boolean
  opened: number
  /** Says to every client what no server said. */
  tell(frame: object): void
  /** Frames that come and are lost. */
  loses(frame: { type: string; id?: unknown }): boolean
}

/** Sockets that a test can cut. */
export function sockets(): Sockets {
  const open = new Set<WebSocket>()
  const ears = new Map<WebSocket, (event: MessageEvent) => void>()
  const own: Sockets = {
    WebSocket: function (url: string, protocols: string[]) {
      own.opened++
      const socket = new globalThis.WebSocket(own.is_down ? 'ws://127.0.0.1:9/' : url, protocols)
      open.add(socket)
      socket.addEventListener('close', () => open.delete(socket) && ears.delete(socket))
      Object.defineProperty(socket, 'onmessage', {
        set: (hear: (event: MessageEvent) => void) => {
          ears.set(socket, hear)
          socket.addEventListener('message', (event) => {
            if (!own.loses(JSON.parse(String(event.data)))) hear(event)
          })
        },
      })
      return socket
    } as unknown as typeof WebSocket,
    cut: () => {
      for (const socket of open) socket.terminate()
    },
    tell: (frame) => {
      for (const hear of ears.values()) hear(new MessageEvent('message', { data: JSON.stringify(frame) }))
    },
    is_down: false,
    opened: 0,
    loses: () => false,
  }
  return own
}

const chats = new Set<Chat>()

/** A client that is closed after the test. */
export function chatOf(server: { url: string }, token: ChatOptions['token'], options: Partial<ChatOptions> = {}): Chat {
  const chat = createChat({ url: server.url, token, outbox: memoryOutbox(), ...options })
  chats.add(chat)
  return chat
}

export function closeChats(): void {
  for (const chat of chats) chat.close()
  chats.clear()
}

export const messagesOf = (conversation: Pick<Conversation, 'timeline'>): Message[] =>
  conversation.timeline.get().items.flatMap((item) => (item.kind === 'message' ? item.message : []))

export const contentsOf = (conversation: Pick<Conversation, 'timeline'>): string[] =>
  messagesOf(conversation).map(({ content }) => content)

export const pendingOf = (conversation: Pick<Conversation, 'timeline'>) =>
  conversation.timeline.get().items.flatMap((item) => (item.kind === 'pending' ? item.pending : []))

/** Opened, with its newest page there. */
export async function opened(conversation: Conversation): Promise<Conversation> {
  conversation.open()
  await eventually('the newest page', () => conversation.timeline.get().status === 'ready')
  return conversation
}

export { eventually }
