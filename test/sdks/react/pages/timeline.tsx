import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Message, Pending, TimelineItem } from 'veza-js-sdk'

import { ChatMessages, VezaSettings, type Theme } from '../../../../sdks/react/src/index.ts'
import { messageOf, range } from './messages.ts'

/** What the test does with the page. */
interface Controls {
  set(messages: (Message | TimelineItem)[]): void
  status(status: 'loading' | 'ready'): void
  now: Message[]
  isCopyRefused?: boolean
  pendingOf(content: string, content_type: Pending['content_type']): TimelineItem
  older(count: number): void
  newer(count: number): void
  change(number: number, own: Partial<Message>): void
  target(message_id: number): void
  theme(theme: Theme): void
  typing(isTyping: boolean): void
  lastRead(number: number | null): void
  calls: string[]
  extraHeight(number: number, height: number): void
}

/** `#empty`: a room that is being loaded. */
const isEmpty = location.hash === '#empty'
const controls = { calls: [] as string[], now: isEmpty ? [] : range(10_001, 10_300) } as unknown as Controls
;(globalThis as unknown as { controls: Controls }).controls = controls

function TimelinePage() {
  const [messages, setMessages] = useState<(Message | TimelineItem)[]>(controls.now)
  const [status, setStatus] = useState<'loading' | 'ready'>(isEmpty ? 'loading' : 'ready')
  const [target, setTarget] = useState<{ message_id: number } | null>(null)
  const [theme, setTheme] = useState<Theme>('light')
  const [isTyping, setTyping] = useState(false)
  const [lastRead, setLastRead] = useState<number | null>(null)
  const [extra, setExtra] = useState(new Map<number, number>())
  const set = (next: (Message | TimelineItem)[]) => {
    controls.now = next.filter((one): one is Message => !('kind' in one))
    setMessages(next)
  }
  const first = () => controls.now[0]?.number ?? 1
  const last = () => controls.now.at(-1)?.number ?? 0
  Object.assign(controls, {
    set,
    status: setStatus,
    pendingOf: (content: string, content_type: Pending['content_type']): TimelineItem => ({
      kind: 'pending',
      key: content,
      pending: { client_id: content, ref: { room_id: 1 }, content, content_type, parent_id: null, metadata: {}, expires_in: null, created_at: new Date().toISOString(), status: 'sending', error: null }, // prettier-ignore
    }),
    older: (count: number) => set([...range(first() - count, first() - 1), ...controls.now]),
    newer: (count: number) => set([...controls.now, ...range(last() + 1, last() + count)]),
    change: (number: number, own: Partial<Message>) =>
      set(controls.now.map((message) => (message.number === number ? { ...message, ...own } : message))),
    target: (message_id: number) => setTarget({ message_id }),
    theme: setTheme,
    typing: setTyping,
    lastRead: setLastRead,
    extraHeight: (number: number, height: number) => setExtra((now) => new Map(now).set(number, height)),
    messageOf,
    range,
  })
  const [actions] = useState(() => {
    const call = (name: string) => (message: Message, more?: string | boolean) => {
      controls.calls.push([name, message.number, ...(more === undefined ? [] : [more])].join(' '))
    }
    const copyLink = async (message: Message) => {
      call('copyLink')(message)
      if (controls.isCopyRefused) throw new Error('not allowed')
    }
    return { react: call('react'), reply: call('reply'), edit: call('edit'), pin: call('pin'), copyLink,  remove: call('remove') } // prettier-ignore
  })
  return (
    <VezaSettings theme={theme} timeZone="UTC" reader={{ id: 1, username: 'ada' }}>
      <div style={{ height: 600, display: 'flex', flexDirection: 'column' }}>
        <h1 className="vz-hidden">Timeline</h1>
        <ChatMessages
          messages={messages}
          status={status}
          hasOlder={first() > 1}
          onOlder={() => controls.calls.push('older')}
          onSeen={(message) => controls.calls.push(`seen ${message.number}`)}
          target={target}
          actions={actions}
          isTyping={isTyping}
          lastRead={lastRead}
          extra={(message) => {
            const height = extra.get(message.number)
            return height === undefined ? null : <div style={{ height }} />
          }}
        />
      </div>
    </VezaSettings>
  )
}

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <TimelinePage />
    </StrictMode>,
  )
