import type { Page } from 'playwright-core'

/** What a page loads from its own server. */
export const loadedBy = (html: string): string[] =>
  [...html.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path = '']) => path)

/** As it came over the wire, with what the client says it can read. */
export async function coded(url: string, accepted: string, more: Record<string, string> = {}) {
  const headers = { ...more, 'accept-encoding': accepted }
  const response = await fetch(url, { headers, decompress: false } as RequestInit)
  return {
    response,
    coding: response.headers.get('content-encoding'),
    bytes: new Uint8Array(await response.arrayBuffer()),
  }
}

/** Notes what a page asks for, and whatever the browser does not like about it; call it before the page goes anywhere. */
export async function watch(page: Page) {
  const asked: string[] = []
  const complaints: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => asked.push(request.url()))
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI))",
  )
  return { asked, complaints }
}
