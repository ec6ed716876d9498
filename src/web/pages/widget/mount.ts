import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import type { Pending } from 'veza-js-sdk'
import { createDrafts, refKey, refOf, type DraftStore } from 'veza-react-components'

import { hold, type Line } from './lines.ts'
import { isSameSource, type TokenSource } from './token.ts'
import { follow, type Tell } from './told.ts'
import { Widget } from './Widget.tsx'
import type { Wishes } from './wishes.ts'
import { ownWords } from './words.ts'

export interface Page {
  wishes(): Wishes
  tell: Tell
  setOpen(isOpen: boolean): void
}

export interface Mounted {
  /** The wishes are others, perhaps. */
  changed(): void
  send(text: string): Pending
  /** Asks for a token again, now. */
  retry(): void
  end(): void
}

interface Bound {
  server: string
  source: TokenSource
  key: string
  line: Line
  /** Follows the conversation from now on; joining a public room makes one a member. */
  open(): void
  end(): void
}

/** One store for each server, since a page may have chats of several. */
const drafts = new Map<string, DraftStore>()
const draftsOf = (server: string): DraftStore => {
  const known = drafts.get(server) ?? createDrafts(`veza-chat drafts ${server}`)
  drafts.set(server, known)
  return known
}

/** Shows a chat as the page wishes, until it is ended. */
export function mount(shadow: ShadowRoot, page: Page): Mounted {
  const root = createRoot(shadow)
  let bound: Bound | null = null
  let isDue = false
  let isOver = false
  let wasOpen: boolean | null = null
  let lacked: string | null = null

  function bind(wishes: Wishes): void {
    const { server, source, place } = wishes
    const key = place === null ? '' : refKey(place)
    const isBound =
      bound !== null && source !== null && bound.server === server && bound.key === key && isSameSource(bound.source, source) // prettier-ignore
    if (isBound) return
    const before = bound
    bound = null
    if (source !== null && place !== null) {
      // Held before the other is released, so that a shared line stays.
      const { line, release } = hold(server, source, wishes.locale)
      const conversation = line.chat.conversation(refOf(place))
      let close: (() => void) | null = null
      const unfollow = follow(line, place, page.tell)
      bound = {
        server,
        source,
        key,
        line,
        open: () => {
          close ??= conversation.open()
        },
        end: () => {
          unfollow()
          close?.()
          release()
        },
      }
    }
    before?.end()
  }

  function update(): void {
    isDue = false
    if (isOver) return
    const wishes = page.wishes()
    bind(wishes)
    const isShown = !wishes.hasLauncher || wishes.isOpen
    // A panel that was closed goes on hearing of what it showed.
    if (isShown) bound?.open()
    const { setOpen } = page
    const onSignIn = () => page.tell('sign-in', null)
    root.render(createElement(Widget, { line: bound?.line ?? null, wishes, drafts: draftsOf(wishes.server), setOpen, onSignIn })) // prettier-ignore
    const isOpen = wishes.hasLauncher && wishes.isOpen
    // What the page sets in this turn counts.
    queueMicrotask(complain)
    if (wasOpen !== null && wasOpen !== isOpen) page.tell(isOpen ? 'open' : 'close', null)
    wasOpen = isOpen
  }

  /** To whoever makes the page, who may not see it. */
  function complain(): void {
    if (isOver) return
    const { place, source } = page.wishes()
    const lack = place === null ? 'NO_ROOM' : source === null ? 'NO_TOKEN_SOURCE' : null
    const { noRoom, noSource } = ownWords.en
    if (lack !== null && lack !== lacked) page.tell('error', { code: lack, message: place === null ? noRoom : noSource }) // prettier-ignore
    lacked = lack
  }

  update()
  return {
    changed: () => {
      if (isDue) return
      isDue = true
      // A page sets several at once.
      queueMicrotask(update)
    },
    send: (text) => {
      if (isDue) update()
      const { place } = page.wishes()
      if (bound === null || place === null) throw new Error('This <veza-chat> names no room or no source of tokens.')
      bound.open()
      return bound.line.chat.conversation(refOf(place)).send(text)
    },
    retry: () => {
      if (isDue) update()
      bound?.line.retry()
    },
    end: () => {
      isOver = true
      root.unmount()
      bound?.end()
      bound = null
    },
  }
}
