import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { ConnectionState, Summary } from 'veza-js-sdk'

import { Avatar, ChatInput, ChatMessages, ConnectionBar, MemberList, ReactionPicker, RoomList, SearchResults, ThreadPane, TypingLine, VezaSettings, type Theme } from '../../../../sdks/react/src/index.ts' // prettier-ignore
import { messageOf, range } from './messages.ts'

const summary = (number: number, own: Partial<Summary> = {}): Summary => ({ ref: { room_id: number }, kind: 'room', name: `Room ${number}`, slug: `room-${number}`, is_public: true, other_user: null, is_blocked: false, unread_count: 0, mention_count: 0, last_read_number: 0, message_number: 1, notification_level: 'all', joined_at: '2026-01-01T00:00:00.000Z', last_message: null, ...own }) // prettier-ignore
const conversations = [
  summary(1),
  summary(2, { unread_count: 3 }),
  summary(3, { unread_count: 120, mention_count: 101, is_public: false }),
  summary(4, { ref: { conversation_id: 4 }, kind: 'dm', name: 'bob', slug: null, other_user: { user_id: 2, username: 'bob' } }), // prettier-ignore
  summary(5, { ref: { conversation_id: 5 }, kind: 'dm', name: 'eve', slug: null, unread_count: 7, other_user: { user_id: 3, username: 'eve' } }), // prettier-ignore
]
const members = ['owner', 'moderator', 'member', 'member'].map((role, at) => ({ user_id: at, username: ['ada', 'bob', 'eve', 'mallory'][at] ?? '', display_name: at === 0 ? 'Ada L.' : null, role, is_online: at < 2 })) // prettier-ignore
const calls: string[] = []

function ListsPage() {
  const [theme, setTheme] = useState<Theme>('light')
  const [locale, setLocale] = useState<'en' | 'fr'>('en')
  const [connection, setConnection] = useState<ConnectionState>({ status: 'connected', since: 0 })
  const [selected, setSelected] = useState<Summary['ref']>({ room_id: 1 })
  Object.assign(globalThis, { controls: { calls, theme: setTheme, locale: setLocale, connection: setConnection } })
  return (
    <VezaSettings theme={theme} locale={locale} reader={{ id: 1, username: 'ada' }}>
      <h1 className="vz-hidden">Lists</h1>
      <ConnectionBar connection={connection} queued={2} onRetry={() => calls.push('retry')} />
      <div style={{ display: 'flex', background: 'var(--vz-bg)' }}>
        <RoomList
          conversations={conversations}
          selected={selected}
          onSelect={({ ref }) => setSelected(ref)}
          status={() => 'away'}
          note={(id) => (id === 2 ? 'At <b>lunch</b>' : undefined)}
        />
        <MemberList
          members={members}
          status={(id) => (['online', 'away', 'busy', 'offline'] as const)[id]}
          note={(id) => (id === 0 ? 'In a <b>meeting</b>' : undefined)}
          onSelect={({ username }) => calls.push(username)}
        />
        <ReactionPicker onPick={(emoji) => calls.push(emoji)} onClose={() => calls.push('close')} />
        <div>
          {Array.from({ length: 12 }, (_, at) => (
            <Avatar key={at} user_id={at} name={`Hue ${at}`} />
          ))}
          <SearchResults
            results={[
              {
                message: messageOf(5),
                rank: 1,
                snippet: [
                  { text: 'A ', is_match: false },
                  { text: 'find', is_match: true },
                ],
              },
            ]}
            hasMore
            onMore={() => calls.push('more')}
            onSelect={() => calls.push('result')}
          />
          <TypingLine
            people={[
              { user_id: 2, username: 'bob' },
              { user_id: 3, username: 'eve' },
            ]}
          />
        </div>
        <div style={{ height: 500, display: 'flex' }}>
          <ThreadPane parent={messageOf(1)} messages={range(2, 4)} onClose={() => calls.push('closed')}>
            <ChatInput onSend={(text) => calls.push(text)} />
          </ThreadPane>
        </div>
        <div style={{ height: 500, width: 200, display: 'flex' }}>
          <ChatMessages messages={[]} label="Empty" />
        </div>
      </div>
    </VezaSettings>
  )
}

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <ListsPage />
    </StrictMode>,
  )
