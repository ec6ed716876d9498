import components from 'veza-react-components/conversation.css' with { type: 'text' }

import own from './widget.css' with { type: 'text' }

// Sheets that are adopted need no leave from the policy of the page around them.
const common = [components.replaceAll('data-vz-theme', 'theme'), own].map((text) => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
})

/** The sheets of one chat. The theme is the attribute of that name; the page may set each token on the element itself, and so has the last word. */
export function dress(shadow: ShadowRoot): { accent(hue: number | null): void } {
  const accents = new CSSStyleSheet()
  shadow.adoptedStyleSheets = [...common, accents]
  return {
    accent: (hue) => accents.replaceSync(hue === null ? '' : `:host { --vz-accent-hue: ${hue}; }`),
  }
}
