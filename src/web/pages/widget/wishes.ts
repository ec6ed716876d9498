import { regionIn, type Locale, type Place } from 'veza-react-components'

import { hueOf } from './accent.ts'
import type { TokenSource } from './token.ts'

/** Asked each time a token is needed, or the token itself. */
export type Token = string | (() => string | Promise<string>)

/** What a page wants of its chat. */
export interface Wishes {
  server: string
  /** Null where the page names none. */
  place: Place | null
  source: TokenSource | null
  locale: Locale
  /** How dates are written, such as `en-GB`. */
  region: string
  /** Degrees of OKLCH; null for ours. */
  hue: number | null
  hasLauncher: boolean
  isOpen: boolean
  isReadOnly: boolean
  /** The page can sign people in. */
  signsIn: boolean
  placeholder: string | undefined
}

/** The attributes, by the name of the property that is the same. */
export const texts = {
  room: 'room',
  conversation: 'conversation',
  server: 'server',
  tokenUrl: 'token-url',
  locale: 'locale',
  theme: 'theme',
  accent: 'accent',
  placeholder: 'placeholder',
} as const
export const switches = { launcher: 'launcher', open: 'open', readOnly: 'read-only', signIn: 'sign-in' } as const

/** `widget.js` is beside the server's other addresses. */
const home = new URL('.', import.meta.url).href

export function wishesOf(element: HTMLElement, token: Token | null): Wishes {
  const said = (name: string) => element.getAttribute(name)?.trim() || null
  const url = said('token-url')
  const token_url = addressOf(url, element)
  const source: TokenSource | null = token !== null ? { token } : token_url === null ? null : { url: token_url }
  const language = said('locale') ?? languageAround(element)
  const locale = localeOf(language)
  return {
    server: addressOf(said('server'), element) ?? home,
    place: placeOf(said('room'), said('conversation')),
    source,
    locale,
    region: regionIn([language], locale),
    hue: hueOf(said('accent')),
    hasLauncher: element.hasAttribute('launcher'),
    isOpen: element.hasAttribute('open'),
    isReadOnly: element.hasAttribute('read-only'),
    signsIn: element.hasAttribute('sign-in'),
    placeholder: said('placeholder') ?? undefined,
  }
}

/** What the page says, as an address of its own. What is none counts as not said, and is told to whoever wrote it. */
function addressOf(text: string | null, element: HTMLElement): string | null {
  if (text === null) return null
  const { baseURI } = element.ownerDocument
  if (URL.canParse(text, baseURI)) return new URL(text, baseURI).href
  reportError(new Error(`<veza-chat>: "${text}" is no address.`))
  return null
}

function placeOf(room: string | null, conversation: string | null): Place | null {
  if (room !== null) return /^\d+$/.test(room) ? Number(room) : room
  return /^\d+$/.test(conversation ?? '') ? { conversation_id: Number(conversation) } : null
}

const languageAround = (element: HTMLElement): string =>
  element.closest('[lang]')?.getAttribute('lang') || document.documentElement.lang || navigator.language

const localeOf = (language: string): Locale => (/^fr\b/i.test(language) ? 'fr' : 'en')
