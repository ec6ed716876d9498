import { VezaChat } from './element.ts'

// A page may load the script twice; an element is defined once.
if (customElements.get('veza-chat') === undefined) customElements.define('veza-chat', VezaChat)
