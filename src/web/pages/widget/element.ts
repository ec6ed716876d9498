import type { Pending } from 'veza-js-sdk'

import { mount, type Mounted } from './mount.ts'
import { dress } from './sheets.ts'
import { switches, texts, wishesOf, type Token } from './wishes.ts'

/** Keys and text are the chat's own; the shortcuts of the page are not to hear them. */
const own_events = ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'paste', 'compositionstart', 'compositionupdate', 'compositionend'] // prettier-ignore

/** `<veza-chat>`: what it shows is in a shadow root, so that neither side's styles reach the other. */
export class VezaChat extends HTMLElement {
  static readonly observedAttributes = [...Object.values(texts), ...Object.values(switches), 'lang']

  #token: Token | null = null
  #mounted: Mounted | null = null
  #dressed: ReturnType<typeof dress> | null = null

  connectedCallback(): void {
    // The page may have set properties before the script was here.
    for (const name of ['token', ...Object.keys(texts), ...Object.keys(switches)]) {
      const before = Object.getOwnPropertyDescriptor(this, name)
      if (before === undefined) continue
      Reflect.deleteProperty(this, name)
      Reflect.set(this, name, before.value)
    }
    if (this.#mounted !== null) return
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    if (this.#dressed === null) {
      this.#dressed = dress(shadow)
      for (const name of own_events) shadow.addEventListener(name, (event) => event.stopPropagation())
    }
    const { accent } = this.#dressed
    this.#mounted = mount(shadow, {
      wishes: () => {
        const wishes = wishesOf(this, this.#token)
        accent(wishes.hue)
        return wishes
      },
      tell: (name, detail) => {
        this.dispatchEvent(new CustomEvent(`veza-${name}`, { bubbles: true, composed: true, detail }))
      },
      setOpen: (isOpen) => {
        this.toggleAttribute('open', isOpen)
      },
    })
  }

  disconnectedCallback(): void {
    // Whoever moves it takes it out and puts it in at once.
    queueMicrotask(() => {
      if (this.isConnected) return
      this.#mounted?.end()
      this.#mounted = null
    })
  }

  attributeChangedCallback(): void {
    this.#mounted?.changed()
  }

  /** An access token, or a function that gets one; before `token-url`. Not an attribute, since it is a secret. */
  get token(): Token | null {
    return this.#token
  }
  set token(token: Token | null) {
    this.#token = token
    this.#mounted?.changed()
  }

  openPanel(): void {
    this.toggleAttribute('open', true)
  }

  closePanel(): void {
    this.toggleAttribute('open', false)
  }

  /** Asks for a token again, now: for a page that has signed somebody in. */
  connect(): void {
    this.#mounted?.retry()
  }

  /** Sends to the conversation, now or as soon as there is a connection. Throws where the element is in no page, or names no room or token. */
  send(text: string): Pending {
    if (this.#mounted === null) throw new Error('This <veza-chat> is in no document.')
    return this.#mounted.send(text)
  }

  /** To where one writes, or to the button that opens the chat. */
  override focus(options?: FocusOptions): void {
    const target = this.shadowRoot?.querySelector('textarea') ?? this.shadowRoot?.querySelector('button')
    target?.focus(options)
  }
}

for (const [property, attribute] of Object.entries(texts))
  Object.defineProperty(VezaChat.prototype, property, {
    configurable: true,
    enumerable: true,
    get(this: HTMLElement): string | null {
      return this.getAttribute(attribute)
    },
    set(this: HTMLElement, value: string | number | null | undefined) {
      if (value === null || value === undefined) this.removeAttribute(attribute)
      else this.setAttribute(attribute, String(value))
    },
  })

for (const [property, attribute] of Object.entries(switches))
  Object.defineProperty(VezaChat.prototype, property, {
    configurable: true,
    enumerable: true,
    get(this: HTMLElement): boolean {
      return this.hasAttribute(attribute)
    },
    set(this: HTMLElement, value: unknown) {
      this.toggleAttribute(attribute, Boolean(value))
    },
  })
