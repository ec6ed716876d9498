import { isRecord } from './draft.ts'

/** What the page reads of `/openapi.json`. */
export interface RestDocument {
  paths: Record<string, Record<string, { operationId?: string }>>
}

/** A request that does what a command does. */
export interface RestRequest {
  method: string
  /** With its query, under the server's origin. */
  path: string
  body: object | null
}

interface Twin {
  operation: string
  /** Names of the path, from the fields of the command. */
  path?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: object
}

type Data = Record<string, unknown>

/** By command, the operation of the REST API that does the same; null where there is none for these fields. */
const twins: Record<string, (data: Data) => Twin | null> = {
  join_room: ({ room_id, since_seq }) =>
    room_id === undefined || since_seq !== undefined ? null : { operation: 'rooms.join', path: { id: room_id } },
  leave_room: ({ room_id, forget }) =>
    room_id === undefined || forget !== true ? null : { operation: 'rooms.leave', path: { id: room_id } },
  get_members: ({ room_id, limit, cursor }) =>
    room_id === undefined ? null : { operation: 'rooms.members.list', path: { id: room_id }, query: { limit, cursor } },
  create_dm: ({ user_id }) => (user_id === undefined ? null : { operation: 'conversations.create', body: { user_id } }),
  block_dm: ({ conversation_id, block }) => ({
    operation: 'conversations.block',
    path: { id: conversation_id },
    body: { blocked: block },
  }),
  mark_read: (data) => inPlace(data, 'read', ({ message_id }) => ({ body: { message_id } })),
  send_message: ({ room_id, ...body }) => ({ operation: 'rooms.messages.create', path: { id: room_id }, body }),
  send_dm: ({ conversation_id, ...body }) => ({
    operation: 'conversations.messages.create',
    path: { id: conversation_id },
    body,
  }),
  get_history: (data) =>
    inPlace(data, 'messages.list', ({ limit, before_id, after_id, parent_id }) => ({
      query: { limit, before_id, after_id, parent_id },
    })),
  get_dm_history: (data) =>
    inPlace(data, 'messages.list', ({ limit, before_id, after_id, parent_id }) => ({
      query: { limit, before_id, after_id, parent_id },
    })),
  list_dms: ({ limit, cursor }) => ({ operation: 'conversations.list', query: { limit, cursor } }),
  edit_message: ({ message_id, ...body }) => ({ operation: 'messages.update', path: { id: message_id }, body }),
  delete_message: ({ message_id, reason }) => ({
    operation: 'messages.delete',
    path: { id: message_id },
    query: { reason },
  }),
  pin_message: ({ message_id, pin }) => ({
    operation: 'messages.pin',
    path: { id: message_id },
    body: { pinned: pin !== false },
  }),
  unpin_message: ({ message_id }) => ({ operation: 'messages.pin', path: { id: message_id }, body: { pinned: false } }),
  get_pinned_messages: (data) => inPlace(data, 'messages.list', () => ({ query: { pinned_only: true } })),
  add_reaction: ({ message_id, emoji }) => ({
    operation: 'messages.reactions.create',
    path: { id: message_id },
    body: { emoji },
  }),
  remove_reaction: ({ message_id, emoji }) => ({
    operation: 'messages.reactions.delete',
    path: { id: message_id, emoji },
  }),
  get_reactions: ({ message_id }) => ({ operation: 'messages.reactions.get', path: { id: message_id } }),
  search_messages: ({ query, ...rest }) => ({ operation: 'search.messages.list', query: { q: query, ...rest } }),
  get_room_stats: ({ room_id }) =>
    room_id === undefined ? null : { operation: 'rooms.stats.get', path: { id: room_id } },
  update_status: (body) => ({ operation: 'users.me.status.update', body }),
  get_audit_logs: ({ room_id, limit, cursor, action }) =>
    room_id === undefined
      ? null
      : { operation: 'rooms.audit.list', path: { id: room_id }, query: { limit, cursor, action } },
}

/** In a room or in a DM, whichever the fields name. */
function inPlace(data: Data, operation: string, rest: (data: Data) => Pick<Twin, 'query' | 'body'>): Twin | null {
  if (data['room_id'] !== undefined)
    return { operation: `rooms.${operation}`, path: { id: data['room_id'] }, ...rest(data) }
  if (data['conversation_id'] === undefined) return null
  return { operation: `conversations.${operation}`, path: { id: data['conversation_id'] }, ...rest(data) }
}

/** The request that does what a command would do; null when this server has none. */
export function restTwin(document: RestDocument, type: string, data: unknown): RestRequest | null {
  const twin = Object.hasOwn(twins, type) && isRecord(data) ? twins[type]?.(data) : null
  if (twin === null || twin === undefined) return null
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { operationId }] of Object.entries(methods))
      if (operationId === twin.operation)
        return { method: method.toUpperCase(), path: filled(path, twin), body: twin.body ?? null }
  return null
}

function filled(path: string, { path: names = {}, query = {} }: Twin): string {
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name])))
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)]))).toString()
  return text === '' ? place : `${place}?${text}`
}
