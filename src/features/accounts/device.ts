import Bowser from 'bowser'

/** What a person calls the client: `Firefox on Windows`, `curl`. Nothing of the user agent but names known to the parser, or its first word. */
export function deviceOf(user_agent: string | null): string {
  const text = user_agent?.trim() ?? ''
  if (text === '') return unknown
  const { browser, os } = Bowser.parse(text)
  if (browser.name && os.name) return `${browser.name} on ${os.name}`
  // RFC 9110, 10.1.5: the most significant product comes first.
  const [product = ''] = text.split(/[\s/]/, 1)
  return browser.name || product || unknown
}

const unknown = 'Unknown'
