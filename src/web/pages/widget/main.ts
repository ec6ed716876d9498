import { createElement } from 'react'
import { createRoot } from 'react-dom/client'

import styles from './widget.css' with { type: 'text' }

const sheet = new CSSStyleSheet()
sheet.replaceSync(styles)

/** `<veza-chat>`: what it shows is in a shadow root, so that neither side's styles reach the other. */
class VezaChat extends HTMLElement {
  connectedCallback(): void {
    if (this.shadowRoot !== null) return
    const shadow = this.attachShadow({ mode: 'open' })
    // A sheet that is adopted needs no leave from the policy of the page around it.
    shadow.adoptedStyleSheets = [sheet]
    createRoot(shadow).render(createElement('h1', null, 'Veza Chat'))
  }
}

// A page may load the script twice; an element is defined once.
if (customElements.get('veza-chat') === undefined) customElements.define('veza-chat', VezaChat)
