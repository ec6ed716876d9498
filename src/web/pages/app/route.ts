import type { Ref } from 'veza-js-sdk'

/** What the address says. */
export type Route =
  | { at: 'home' }
  | { at: 'conversation'; ref: Ref; message: number | null }
  | { at: 'settings'; part: string }
  | { at: 'admin'; part: AdminPart; id: number | null }
  | { at: 'join'; code: string }
  | { at: 'sign-in' }
  | { at: 'sign-up' }
  /** The token of a reset is in the fragment, and no part of the route. */
  | { at: 'reset' }

/** What those see who run the server; `id` is that of an account. */
export type AdminPart = 'people' | 'trail'

/** `message` is what the replies answer, `reply` one that is to be seen. */
export interface ThreadSide {
  show: 'thread'
  message: number
  reply?: number
}

/** What a search is narrowed to: dates as `2026-01-31`, the author's id, each empty where it is not. */
export interface SearchFilters {
  where: 'here' | 'everywhere'
  author: string
  after: string
  before: string
}

/** What one has begun to search for. */
export interface SearchSide {
  show: 'search'
  text?: string
  filters?: SearchFilters
}

/** What the pane beside the conversation shows. It is a step of the history: going back closes it. Only a thread has an address. */
export type Side =
  | ThreadSide
  | { show: 'details' }
  | { show: 'members' }
  | { show: 'pins' }
  | SearchSide
  | { show: 'trail' }

const first_part = 'profile'

/** A room goes by its slug or its id, a DM by its id behind a `~`, which no slug has. */
const refText = (ref: Ref): string => ('room_id' in ref ? encodeURIComponent(ref.room_id) : `~${ref.conversation_id}`)

/** Slugs have no capitals. Of what can be none, the server says that it is not there: nothing else is shown in its place. */
function refOf(text: string): Ref | null {
  if (text === '') return null
  if (/^~\d+$/.test(text)) return { conversation_id: Number(text.slice(1)) }
  if (/^\d+$/.test(text)) return { room_id: Number(text) }
  return { room_id: text.toLowerCase() }
}

export const refKey = refText

/** The address of a route, or of a thread beside it. */
export function pathOf(route: Route, side: Side | null = null): string {
  switch (route.at) {
    case 'home':
      return '/'
    case 'conversation':
      return `/c/${refText(route.ref)}${side?.show === 'thread' ? threadPath(side) : pathTo(route.message)}`
    case 'settings':
      return `/settings/${route.part}`
    case 'admin':
      return `/admin/${route.part}${route.id === null ? '' : `/${route.id}`}`
    case 'join':
      return `/join/${route.code}`
    case 'sign-in':
    case 'sign-up':
    case 'reset':
      return `/${route.at}`
  }
}

const pathTo = (message: number | undefined | null) => (typeof message === 'number' ? `/${message}` : '')
const threadPath = ({ message, reply }: ThreadSide) => `/thread/${message}${pathTo(reply)}`

/** The route of an address; of one that leads nowhere, home. Where a thread is open, the conversation is at the message that it is of. */
export function routeOf(path: string): Route {
  const [, area = '', one = '', two] = path.split('/').map(unescaped)
  switch (area) {
    case 'c': {
      const ref = refOf(one)
      return ref === null
        ? { at: 'home' }
        : { at: 'conversation', ref, message: sideOf(path)?.message ?? numberOf(two) }
    }
    case 'settings':
      return { at: 'settings', part: one === '' ? first_part : one }
    case 'admin':
      return { at: 'admin', part: one === 'trail' ? 'trail' : 'people', id: numberOf(two) }
    case 'join':
      return one === '' ? { at: 'home' } : { at: 'join', code: one }
    case 'sign-in':
    case 'sign-up':
    case 'reset':
      return { at: area }
    default:
      return { at: 'home' }
  }
}

/** The thread that an address names. */
export function sideOf(path: string): ThreadSide | null {
  const [, area, , thread, one, two] = path.split('/')
  const [message, reply] = [numberOf(one), numberOf(two)]
  if (area !== 'c' || thread !== 'thread' || message === null) return null
  return { show: 'thread', message, ...(reply !== null && { reply }) }
}

const numberOf = (text = ''): number | null => (/^\d+$/.test(text) ? Number(text) : null)

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return ''
    throw error
  }
}
