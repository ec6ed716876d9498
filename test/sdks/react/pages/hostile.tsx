import { createRoot } from 'react-dom/client'
import type { Member, Summary } from 'veza-js-sdk'

import { ChatMessages, MemberList, RoomList, SearchResults, ThreadPane, TypingLine, VezaSettings, type SearchResult } from '../../../../sdks/react/src/index.ts' // prettier-ignore
import { messageOf } from './messages.ts'

/** Every field that is rendered holds the text. */
function Everywhere({ text }: { text: string }) {
  const message = messageOf(5, {
    content: text,
    username: text,
    room_name: text,
    is_edited: true,
    thread_count: 1,
    reactions: [{ emoji: text, count: 1, users: [{ user_id: 2, username: text }] }],
  })
  const code = messageOf(6, { content: text, content_type: 'code' })
  const pending = { client_id: text, ref: { room_id: 1 }, content: text, content_type: 'text', parent_id: null, metadata: {}, expires_in: null, created_at: message.created_at, status: 'failed', error: { code: text, message: text } } as const // prettier-ignore
  const member: Member = { user_id: 1, username: text, display_name: text, role: text, is_online: true }
  const room: Summary = { ref: { room_id: 1 }, kind: 'room', name: text, slug: text, is_public: true, other_user: null, is_blocked: false, unread_count: 1, mention_count: 1, last_read_number: 0, message_number: 1, notification_level: 'all', joined_at: '2026-01-01T00:00:00.000Z', last_message: message } // prettier-ignore
  const result: SearchResult = {
    message,
    snippet: [
      { text, is_match: true },
      { text, is_match: false },
    ],
    rank: 1,
  }
  const nothing = () => undefined
  return (
    <VezaSettings theme="light">
      <div id="everywhere" style={{ height: 500, display: 'flex', flexDirection: 'column' }}>
        <ChatMessages
          messages={[message, code, { kind: 'pending', key: 'p', pending }]}
          username={text}
          actions={{ react: nothing, reply: nothing, retry: nothing }}
          label={text}
          picture={() => undefined}
        />
      </div>
      <ThreadPane parent={message} messages={[message]} onClose={nothing} />
      <RoomList
        conversations={[
          room,
          { ...room, ref: { conversation_id: 2 }, kind: 'dm', other_user: { user_id: 2, username: text } },
        ]}
        onSelect={nothing}
      />
      <MemberList members={[member]} />
      <SearchResults results={[result]} onSelect={nothing} />
      <TypingLine people={[{ user_id: 1, username: text }]} />
    </VezaSettings>
  )
}

const element = document.getElementById('root')
const root = element === null ? null : createRoot(element)
Object.assign(globalThis, { show: (text: string) => root?.render(<Everywhere key={text} text={text} />) })
